-- DropIndex
DROP INDEX "vendor_label_value_valid_until_idx";

-- CreateIndex
CREATE INDEX "opt_out_request_id_idx" ON "opt_out"("request_id");

-- CreateIndex
CREATE INDEX "cohort_denial_patient_id_idx" ON "cohort_denial"("patient_id");

-- CreateIndex
CREATE INDEX "vendor_notice_request_id_idx" ON "vendor_notice"("request_id");
