-- CreateIndex
CREATE INDEX "opt_out_may_end_at_idx" ON "opt_out"("may_end_at");

-- CreateIndex
CREATE INDEX "opt_out_expires_at_idx" ON "opt_out"("expires_at");
