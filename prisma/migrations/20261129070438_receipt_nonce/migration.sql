-- AlterTable
ALTER TABLE "export_check" ADD COLUMN     "results_nonce" UUID NOT NULL DEFAULT gen_random_uuid();
