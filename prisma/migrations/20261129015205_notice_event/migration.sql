-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "event_id" BIGINT;
