-- CreateEnum
CREATE TYPE "file_import_state" AS ENUM ('waiting', 'running', 'done', 'stopped', 'thrownAway', 'lapsed');

-- CreateTable
CREATE TABLE "file_import" (
    "id" UUID NOT NULL,
    "state" "file_import_state" NOT NULL,
    "audit_source_id" TEXT,
    "file_name" TEXT NOT NULL,
    "byte_count" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes_sealed" TEXT,
    "row_count" INTEGER,
    "uploaded_by_id" UUID,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL,
    "manner" JSONB,
    "batch_key" TEXT,
    "batch_id" UUID,
    "confirmed_by_id" UUID,
    "confirmed_at" TIMESTAMPTZ(3),
    "taken" INTEGER NOT NULL DEFAULT 0,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "duplicate" INTEGER NOT NULL DEFAULT 0,
    "ignored" INTEGER NOT NULL DEFAULT 0,
    "unmapped" INTEGER NOT NULL DEFAULT 0,
    "quarantined" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "progressed_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "stop_reason" TEXT,

    CONSTRAINT "file_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "column_mapping" (
    "id" UUID NOT NULL,
    "audit_source_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "columns" JSONB NOT NULL,
    "kept_by_id" UUID NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "column_mapping_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "file_import_batch_key_key" ON "file_import"("batch_key");

-- CreateIndex
CREATE INDEX "file_import_uploaded_at_id_idx" ON "file_import"("uploaded_at", "id");

-- CreateIndex
CREATE INDEX "file_import_sha256_idx" ON "file_import"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "column_mapping_audit_source_id_version_key" ON "column_mapping"("audit_source_id", "version");
