-- AlterTable
ALTER TABLE "audit_seal" ADD COLUMN     "content_hash" TEXT;
