-- CreateTable
CREATE TABLE "open_tally" (
    "id" BIGSERIAL NOT NULL,
    "kind" "request_kind" NOT NULL,
    "status" "request_status" NOT NULL,
    "channel" "request_channel" NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "assignee_id" UUID NOT NULL,
    "extended" BOOLEAN NOT NULL,
    "due_on" DATE NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "open_tally_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer_tally" (
    "id" BIGSERIAL NOT NULL,
    "kind" "request_kind" NOT NULL,
    "month" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "on_time" BOOLEAN NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "answer_tally_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "notice_owed_at_id_idx" ON "notice"("owed_at", "id");

-- CreateIndex
CREATE INDEX "privacy_request_status_responded_at_id_idx" ON "privacy_request"("status", "responded_at" DESC, "id");
