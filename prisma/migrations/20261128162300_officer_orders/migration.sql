-- CreateEnum
CREATE TYPE "officer_order_kind" AS ENUM ('role', 'invite', 'key');

-- CreateTable
CREATE TABLE "officer_order" (
    "id" UUID NOT NULL,
    "kind" "officer_order_kind" NOT NULL,
    "state" "credential_order_state" NOT NULL,
    "reason" TEXT NOT NULL,
    "user_id" UUID,
    "from_role" "role",
    "role" "role",
    "name" TEXT,
    "scopes" TEXT[],
    "vendor_id" UUID,
    "days" INTEGER,
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "refusal" TEXT,

    CONSTRAINT "officer_order_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "officer_order_state_idx" ON "officer_order"("state");

-- CreateIndex
CREATE INDEX "officer_order_user_id_idx" ON "officer_order"("user_id");

-- AddForeignKey
ALTER TABLE "officer_order" ADD CONSTRAINT "officer_order_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "officer_order" ADD CONSTRAINT "officer_order_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "officer_order" ADD CONSTRAINT "officer_order_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "officer_order" ADD CONSTRAINT "officer_order_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;
