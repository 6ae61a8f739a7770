-- Whose a row is, its "no" says. The patient's role sees none of them until its wall is put up again (app/db/wall.ts), after the migrations.
drop policy if exists plainview_patient on cohort_denial;

-- DropIndex
DROP INDEX "cohort_denial_patient_id_idx";

-- DropIndex
DROP INDEX "cohort_denial_opt_out_id_idx";

-- AlterTable
ALTER TABLE "cohort_denial" DROP CONSTRAINT "cohort_denial_pkey",
DROP COLUMN "patient_id",
ADD CONSTRAINT "cohort_denial_pkey" PRIMARY KEY ("opt_out_id", "cohort_check_id", "place");
