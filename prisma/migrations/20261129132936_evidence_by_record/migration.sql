-- CreateIndex
CREATE INDEX "disclosure_evidence_audit_record_id_idx" ON "disclosure_evidence"("audit_record_id");
