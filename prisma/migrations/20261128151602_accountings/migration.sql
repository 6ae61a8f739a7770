-- CreateEnum
CREATE TYPE "agency_kind" AS ENUM ('healthOversight', 'lawEnforcement');

-- CreateEnum
CREATE TYPE "agency_statement" AS ENUM ('written', 'oral');

-- CreateEnum
CREATE TYPE "alert_state" AS ENUM ('open', 'lookedInto', 'closed');

-- CreateEnum
CREATE TYPE "alert_outcome" AS ENUM ('breach', 'lowProbability', 'reportWrong', 'allowed');

-- CreateTable
CREATE TABLE "accounting_suspension" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "agency_kind" "agency_kind" NOT NULL,
    "form" "agency_statement" NOT NULL,
    "stated_on" DATE NOT NULL,
    "until_on" DATE NOT NULL,
    "hidden_until" TIMESTAMPTZ(3) NOT NULL,
    "statement_sealed" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,

    CONSTRAINT "accounting_suspension_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "research_protocol" (
    "id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "criteria" TEXT NOT NULL,
    "data_sent" TEXT NOT NULL,
    "first_on" DATE NOT NULL,
    "last_on" DATE,
    "people" INTEGER NOT NULL,
    "vendor_id" UUID,
    "sponsor_name" TEXT NOT NULL,
    "sponsor_address" TEXT NOT NULL,
    "sponsor_phone" TEXT NOT NULL,
    "researcher_name" TEXT NOT NULL,
    "researcher_address" TEXT NOT NULL,
    "researcher_phone" TEXT NOT NULL,
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,

    CONSTRAINT "research_protocol_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "opt_out_alert" (
    "id" UUID NOT NULL,
    "disclosure_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "opt_out_id" UUID,
    "purpose" TEXT,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "time_zone" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "promised_count" INTEGER,
    "due_on" DATE NOT NULL,
    "breach_rule_id" TEXT,
    "breach_due_on" DATE,
    "state" "alert_state" NOT NULL DEFAULT 'open',
    "version" INTEGER NOT NULL DEFAULT 1,
    "taken_at" TIMESTAMPTZ(3),
    "taken_by_id" UUID,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by_id" UUID,
    "outcome" "alert_outcome",
    "reason_sealed" TEXT,
    "reminded_at" TIMESTAMPTZ(3),

    CONSTRAINT "opt_out_alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "accounting_suspension_patient_id_hidden_until_idx" ON "accounting_suspension"("patient_id", "hidden_until");

-- CreateIndex
CREATE UNIQUE INDEX "research_protocol_protocol_id_version_key" ON "research_protocol"("protocol_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "opt_out_alert_disclosure_id_key" ON "opt_out_alert"("disclosure_id");

-- CreateIndex
CREATE INDEX "opt_out_alert_state_due_on_idx" ON "opt_out_alert"("state", "due_on");

-- CreateIndex
CREATE INDEX "opt_out_alert_patient_id_idx" ON "opt_out_alert"("patient_id");
