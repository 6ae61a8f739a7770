-- CreateEnum
CREATE TYPE "evidence_format" AS ENUM ('dicomAudit', 'csv', 'fhirAuditEvent', 'staffEntry');

-- AlterTable
ALTER TABLE "ingest_batch" ADD COLUMN     "columns" JSONB,
ADD COLUMN     "peer_address" TEXT,
ADD COLUMN     "peer_name" TEXT;

-- AlterTable
ALTER TABLE "audit_record" ADD COLUMN     "format" "evidence_format" NOT NULL DEFAULT 'dicomAudit';

-- AlterTable
ALTER TABLE "disclosure" ADD COLUMN     "correction_reason" TEXT,
ADD COLUMN     "retracted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "sop_class_counts" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
