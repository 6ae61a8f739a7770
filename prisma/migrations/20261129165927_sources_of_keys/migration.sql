-- AlterTable
ALTER TABLE "officer_order" ADD COLUMN     "sources" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "machine_client" ADD COLUMN     "sources" TEXT[] DEFAULT ARRAY[]::TEXT[];
