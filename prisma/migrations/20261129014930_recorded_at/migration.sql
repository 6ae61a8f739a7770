-- AlterTable
-- Without a default at first: what is there already was sealed without it, and stays as it is.
ALTER TABLE "audit_event" ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "shown_patient_ids" UUID[];
ALTER TABLE "audit_event" ALTER COLUMN "recorded_at" SET DEFAULT clock_timestamp();

-- CreateIndex
CREATE INDEX "patient_identifier_value_idx" ON "patient_identifier"("value");
