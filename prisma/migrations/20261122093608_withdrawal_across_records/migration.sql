-- DropIndex
DROP INDEX "opt_out_supersedes_id_key";

-- CreateIndex
CREATE UNIQUE INDEX "opt_out_supersedes_id_patient_id_key" ON "opt_out"("supersedes_id", "patient_id");
