-- CreateEnum
CREATE TYPE "source_gap_kind" AS ENUM ('silence', 'sequence');

-- CreateTable
CREATE TABLE "source_heartbeat" (
    "audit_source_id" TEXT NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "messages" BIGINT NOT NULL,
    "counted_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_heartbeat_pkey" PRIMARY KEY ("audit_source_id")
);

-- CreateTable
CREATE TABLE "source_rhythm" (
    "audit_source_id" TEXT NOT NULL,
    "every_hours" INTEGER NOT NULL,
    "work_from" INTEGER,
    "work_to" INTEGER,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_rhythm_pkey" PRIMARY KEY ("audit_source_id")
);

-- CreateTable
CREATE TABLE "source_gap" (
    "id" UUID NOT NULL,
    "audit_source_id" TEXT NOT NULL,
    "kind" "source_gap_kind" NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3),
    "stream" TEXT NOT NULL DEFAULT '',
    "first_missing" INTEGER NOT NULL DEFAULT 0,
    "last_missing" INTEGER NOT NULL DEFAULT 0,
    "missing" INTEGER NOT NULL DEFAULT 0,
    "alerted_at" TIMESTAMPTZ(3),

    CONSTRAINT "source_gap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_sequence" (
    "stream" TEXT NOT NULL,
    "audit_source_id" TEXT,
    "last_id" INTEGER NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_sequence_pkey" PRIMARY KEY ("stream")
);

-- CreateTable
CREATE TABLE "source_sender" (
    "id" UUID NOT NULL,
    "audit_source_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "trusted_at" TIMESTAMPTZ(3),

    CONSTRAINT "source_sender_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "source_gap_stream_first_missing_idx" ON "source_gap"("stream", "first_missing");

-- CreateIndex
CREATE UNIQUE INDEX "source_gap_audit_source_id_kind_from_at_stream_first_missin_key" ON "source_gap"("audit_source_id", "kind", "from_at", "stream", "first_missing");

-- CreateIndex
CREATE UNIQUE INDEX "source_sender_audit_source_id_fingerprint_key" ON "source_sender"("audit_source_id", "fingerprint");
