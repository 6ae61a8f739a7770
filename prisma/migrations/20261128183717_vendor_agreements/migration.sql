-- CreateEnum
CREATE TYPE "agreement_kind" AS ENUM ('businessAssociate', 'processing', 'dataUse', 'research', 'other');

-- CreateTable
CREATE TABLE "vendor_agreement" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "kind" "agreement_kind" NOT NULL,
    "reference" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,

    CONSTRAINT "vendor_agreement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "vendor_agreement_vendor_id_idx" ON "vendor_agreement"("vendor_id");

-- AddForeignKey
ALTER TABLE "vendor_agreement" ADD CONSTRAINT "vendor_agreement_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
