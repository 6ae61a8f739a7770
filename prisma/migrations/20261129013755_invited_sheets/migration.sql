-- AlterEnum
ALTER TYPE "credential_order_kind" ADD VALUE 'invitedSheet';

-- AlterTable
ALTER TABLE "code_set" ADD COLUMN     "invitation_id" UUID,
ALTER COLUMN "user_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "credential_order" ADD COLUMN     "invitation_id" UUID,
ALTER COLUMN "user_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "code_set_invitation_id_idx" ON "code_set"("invitation_id");

-- CreateIndex
CREATE INDEX "credential_order_invitation_id_idx" ON "credential_order"("invitation_id");

-- AddForeignKey
ALTER TABLE "code_set" ADD CONSTRAINT "code_set_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "invitation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_order" ADD CONSTRAINT "credential_order_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "invitation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
