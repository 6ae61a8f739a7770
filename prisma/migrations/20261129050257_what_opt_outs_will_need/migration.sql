-- AlterEnum
ALTER TYPE "opt_out_act" ADD VALUE 'permitted';

-- AlterTable
ALTER TABLE "opt_out" ADD COLUMN     "expires_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "export_check" ADD COLUMN     "vendor_id" UUID;

-- CreateIndex
CREATE INDEX "export_check_vendor_id_idx" ON "export_check"("vendor_id");

-- AddForeignKey
ALTER TABLE "export_check" ADD CONSTRAINT "export_check_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;
