-- CreateEnum
CREATE TYPE "fee_ground" AS ENUM ('unfounded', 'excessive', 'furtherCopy');

-- DropIndex
DROP INDEX "request_draft_user_id_patient_id_kind_key";

-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "ack_holidays" DATE[];

-- AlterTable
ALTER TABLE "request_draft" ADD COLUMN     "place" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "fee_notice" ADD COLUMN     "ground" "fee_ground";

-- CreateIndex
CREATE UNIQUE INDEX "request_draft_user_id_patient_id_kind_place_key" ON "request_draft"("user_id", "patient_id", "kind", "place");
