-- AlterTable
ALTER TABLE "opt_out" ADD COLUMN     "given_for_ids" UUID[] DEFAULT ARRAY[]::UUID[],
ADD COLUMN     "may_end_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "export_check" ADD COLUMN     "known_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "opt_out_ask" (
    "opt_out_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "opt_out_ask_pkey" PRIMARY KEY ("opt_out_id")
);

-- CreateIndex
CREATE INDEX "opt_out_ask_ends_at_idx" ON "opt_out_ask"("ends_at");

-- AddForeignKey
ALTER TABLE "opt_out_ask" ADD CONSTRAINT "opt_out_ask_opt_out_id_fkey" FOREIGN KEY ("opt_out_id") REFERENCES "opt_out"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
