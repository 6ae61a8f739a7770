-- AlterEnum
ALTER TYPE "patient_flag_kind" ADD VALUE 'retentionHold';

-- DropForeignKey
ALTER TABLE "audit_event" DROP CONSTRAINT "audit_event_request_id_fkey";
