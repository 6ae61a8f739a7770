-- AlterTable
ALTER TABLE "opt_out" ADD COLUMN     "is_first" BOOLEAN NOT NULL DEFAULT false;
