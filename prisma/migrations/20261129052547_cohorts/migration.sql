-- CreateEnum
CREATE TYPE "cohort_end" AS ENUM ('answered', 'refused', 'brokenOff', 'keyEnded');

-- AlterTable
ALTER TABLE "officer_order" ADD COLUMN     "networks" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "machine_client" ADD COLUMN     "networks" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "cohort_check" (
    "id" UUID NOT NULL,
    "machine_client_id" UUID,
    "asked_by_id" UUID,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "purpose" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "vendor_id" UUID,
    "identifiable" BOOLEAN NOT NULL,
    "checked_at" TIMESTAMPTZ(3),
    "valid_until" TIMESTAMPTZ(3),
    "end" "cohort_end",
    "ended_at" TIMESTAMPTZ(3),
    "row_count" BIGINT NOT NULL DEFAULT 0,
    "permitted" BIGINT NOT NULL DEFAULT 0,
    "denied" JSONB NOT NULL DEFAULT '{}',
    "asked_sha256" TEXT,
    "answered_sha256" TEXT,

    CONSTRAINT "cohort_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cohort_denial" (
    "cohort_check_id" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "opt_out_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,

    CONSTRAINT "cohort_denial_pkey" PRIMARY KEY ("cohort_check_id","place")
);

-- CreateIndex
CREATE INDEX "cohort_check_vendor_id_idx" ON "cohort_check"("vendor_id");

-- CreateIndex
CREATE INDEX "cohort_denial_opt_out_id_idx" ON "cohort_denial"("opt_out_id");

-- AddForeignKey
ALTER TABLE "cohort_check" ADD CONSTRAINT "cohort_check_machine_client_id_fkey" FOREIGN KEY ("machine_client_id") REFERENCES "machine_client"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_check" ADD CONSTRAINT "cohort_check_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cohort_check" ADD CONSTRAINT "cohort_check_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;
