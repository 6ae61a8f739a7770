-- CreateEnum
CREATE TYPE "vendor_channel_kind" AS ENUM ('mail', 'webhook');

-- CreateEnum
CREATE TYPE "vendor_secret_use" AS ENUM ('signing', 'page');

-- CreateEnum
CREATE TYPE "vendor_notice_kind" AS ENUM ('stop', 'ended', 'recall');

-- CreateEnum
CREATE TYPE "vendor_notice_ground" AS ENUM ('hasImages', 'mayGetImages', 'named');

-- CreateEnum
CREATE TYPE "vendor_notice_event_type" AS ENUM ('owed', 'sent', 'gaveUp', 'sentAgain', 'reminded', 'escalated', 'opened', 'acknowledged', 'answered', 'closed');

-- CreateEnum
CREATE TYPE "vendor_deed" AS ENUM ('stopped', 'deleted', 'removedFromTraining', 'cannot');

-- CreateTable
CREATE TABLE "vendor_channel" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "kind" "vendor_channel_kind" NOT NULL,
    "target" TEXT NOT NULL,
    "set_by_id" UUID NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_secret" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "use" "vendor_secret_use" NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "made_by_id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_notice" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "kind" "vendor_notice_kind" NOT NULL,
    "ground" "vendor_notice_ground" NOT NULL,
    "vendor_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "opt_out_id" UUID,
    "owed_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "acknowledged_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "escalated_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_notice_event" (
    "id" UUID NOT NULL,
    "notice_id" UUID NOT NULL,
    "type" "vendor_notice_event_type" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by_id" UUID,
    "deeds" "vendor_deed"[],
    "since_on" DATE,
    "text_sealed" TEXT,

    CONSTRAINT "vendor_notice_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_proof" (
    "id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes_sealed" TEXT NOT NULL,

    CONSTRAINT "vendor_proof_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_delivery" (
    "id" UUID NOT NULL,
    "notice_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "token_sealed" TEXT,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "letter_id" UUID,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "tried_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "dead_at" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "vendor_channel_vendor_id_idx" ON "vendor_channel"("vendor_id");

-- CreateIndex
CREATE INDEX "vendor_secret_vendor_id_use_idx" ON "vendor_secret"("vendor_id", "use");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_notice_reference_key" ON "vendor_notice"("reference");

-- CreateIndex
CREATE INDEX "vendor_notice_patient_id_idx" ON "vendor_notice"("patient_id");

-- CreateIndex
CREATE INDEX "vendor_notice_opt_out_id_idx" ON "vendor_notice"("opt_out_id");

-- CreateIndex
CREATE INDEX "vendor_notice_closed_at_answered_at_owed_at_idx" ON "vendor_notice"("closed_at", "answered_at", "owed_at");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_notice_vendor_id_request_id_kind_key" ON "vendor_notice"("vendor_id", "request_id", "kind");

-- CreateIndex
CREATE INDEX "vendor_notice_event_notice_id_at_idx" ON "vendor_notice_event"("notice_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_proof_event_id_key" ON "vendor_proof"("event_id");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_delivery_token_hash_key" ON "vendor_delivery"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_delivery_letter_id_key" ON "vendor_delivery"("letter_id");

-- CreateIndex
CREATE INDEX "vendor_delivery_notice_id_idx" ON "vendor_delivery"("notice_id");

-- CreateIndex
CREATE INDEX "vendor_delivery_sent_at_dead_at_idx" ON "vendor_delivery"("sent_at", "dead_at");

-- AddForeignKey
ALTER TABLE "vendor_notice_event" ADD CONSTRAINT "vendor_notice_event_notice_id_fkey" FOREIGN KEY ("notice_id") REFERENCES "vendor_notice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_proof" ADD CONSTRAINT "vendor_proof_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "vendor_notice_event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_delivery" ADD CONSTRAINT "vendor_delivery_notice_id_fkey" FOREIGN KEY ("notice_id") REFERENCES "vendor_notice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_delivery" ADD CONSTRAINT "vendor_delivery_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "vendor_channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
