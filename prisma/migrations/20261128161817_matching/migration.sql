-- CreateEnum
CREATE TYPE "settlement_state" AS ENUM ('accepted', 'duplicate', 'ignored', 'unmapped', 'quarantined', 'setAside', 'waiting');

-- CreateEnum
CREATE TYPE "decision_kind" AS ENUM ('vendorEndpoint', 'ownEndpoint', 'patientIdentifier', 'sourceIssuer', 'setAside', 'askSender');

-- CreateTable
CREATE TABLE "record_settlement" (
    "id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "decision_id" UUID,
    "state" "settlement_state" NOT NULL,
    "reason" TEXT,
    "disclosure_ids" UUID[],
    "settled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "record_settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "waiting_record" (
    "record_id" UUID NOT NULL,
    "group_id" TEXT NOT NULL,
    "group_kind" TEXT NOT NULL,
    "group_key" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "waiting_record_pkey" PRIMARY KEY ("record_id")
);

-- CreateTable
CREATE TABLE "matching_decision" (
    "id" UUID NOT NULL,
    "kind" "decision_kind" NOT NULL,
    "group_id" TEXT NOT NULL,
    "group_kind" TEXT NOT NULL,
    "group_key" JSONB NOT NULL,
    "vendor_id" UUID,
    "patient_id" UUID,
    "endpoint_ids" UUID[],
    "issuer" TEXT,
    "reason" TEXT NOT NULL,
    "decided_by_id" UUID NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "undone_by_id" UUID,
    "undone_at" TIMESTAMPTZ(3),
    "undo_reason" TEXT,
    "unsettled_at" TIMESTAMPTZ(3),

    CONSTRAINT "matching_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "record_settlement_record_id_id_idx" ON "record_settlement"("record_id", "id");

-- CreateIndex
CREATE INDEX "record_settlement_decision_id_record_id_idx" ON "record_settlement"("decision_id", "record_id");

-- CreateIndex
CREATE INDEX "waiting_record_group_id_record_id_idx" ON "waiting_record"("group_id", "record_id");

-- CreateIndex
CREATE INDEX "waiting_record_received_at_idx" ON "waiting_record"("received_at");

-- CreateIndex
CREATE INDEX "matching_decision_group_id_idx" ON "matching_decision"("group_id");

-- CreateIndex
CREATE INDEX "matching_decision_decided_at_idx" ON "matching_decision"("decided_at");

-- AddForeignKey
ALTER TABLE "record_settlement" ADD CONSTRAINT "record_settlement_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "audit_record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_settlement" ADD CONSTRAINT "record_settlement_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "matching_decision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "waiting_record" ADD CONSTRAINT "waiting_record_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "audit_record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "matching_decision" ADD CONSTRAINT "matching_decision_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "matching_decision" ADD CONSTRAINT "matching_decision_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "matching_decision" ADD CONSTRAINT "matching_decision_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "matching_decision" ADD CONSTRAINT "matching_decision_undone_by_id_fkey" FOREIGN KEY ("undone_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;
