-- AlterEnum
ALTER TYPE "vendor_notice_kind" ADD VALUE 'narrowed';

-- AlterTable
ALTER TABLE "vendor_notice" ADD COLUMN     "ended_purposes" "opt_out_purpose"[],
ADD COLUMN     "still_purposes" "opt_out_purpose"[];
