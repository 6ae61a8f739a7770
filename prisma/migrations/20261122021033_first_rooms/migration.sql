-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "ingest_channel" AS ENUM ('dicomAuditHttp', 'seed');

-- CreateEnum
CREATE TYPE "ingest_state" AS ENUM ('accepted', 'duplicate', 'ignored', 'unmapped', 'quarantined', 'rejected');

-- CreateEnum
CREATE TYPE "evidence_role" AS ENUM ('report', 'corroboration', 'duplicate');

-- CreateEnum
CREATE TYPE "installation_kind" AS ENUM ('demo', 'production');

-- CreateEnum
CREATE TYPE "opt_out_purpose" AS ENUM ('aiTraining', 'research', 'commercialSharing');

-- CreateEnum
CREATE TYPE "opt_out_act" AS ENUM ('denied', 'withdrawn');

-- CreateEnum
CREATE TYPE "opt_out_reach" AS ENUM ('all', 'named');

-- CreateEnum
CREATE TYPE "export_decision" AS ENUM ('permit', 'deny');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('patient', 'staff', 'privacyOfficer', 'auditor');

-- CreateEnum
CREATE TYPE "request_kind" AS ENUM ('optOut', 'optOutWithdrawal', 'accounting');

-- CreateEnum
CREATE TYPE "request_status" AS ENUM ('draft', 'submitted', 'identityCheck', 'acknowledged', 'inReview', 'waitingOnPatient', 'responded', 'closed');

-- CreateEnum
CREATE TYPE "request_resolution" AS ENUM ('granted', 'grantedInPart', 'denied', 'nothingToReport', 'withdrawn', 'duplicate');

-- CreateEnum
CREATE TYPE "request_channel" AS ENUM ('portal', 'paper', 'phone', 'desk');

-- CreateEnum
CREATE TYPE "vendor_relationship" AS ENUM ('businessAssociate', 'processor', 'independentController', 'researchPartner', 'other');

-- CreateEnum
CREATE TYPE "endpoint_kind" AS ENUM ('aeTitle', 'host', 'ipCidr', 'uriPrefix', 'login');

-- CreateTable
CREATE TABLE "audit_event" (
    "sequence" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_name" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "patient_id" UUID,
    "request_id" UUID,
    "before" JSONB,
    "after" JSONB,
    "reason" TEXT,
    "visible_to_patient" BOOLEAN NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "ingest_batch" (
    "id" UUID NOT NULL,
    "channel" "ingest_channel" NOT NULL,
    "machine_client_id" UUID,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "idempotency_key" TEXT,
    "body_sha256" TEXT,

    CONSTRAINT "ingest_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_record" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "raw_sealed" TEXT NOT NULL,
    "state" "ingest_state" NOT NULL,
    "reason" TEXT,
    "event_code" TEXT,
    "occurred_at" TIMESTAMPTZ(3),
    "audit_source_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disclosure" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "study_uid" TEXT,
    "accession_number" TEXT,
    "modality" TEXT,
    "study_description" TEXT,
    "study_on" DATE,
    "sop_class_uids" TEXT[],
    "instance_count" INTEGER,
    "source_ae_title" TEXT,
    "destination" TEXT NOT NULL,
    "anonymized" BOOLEAN,
    "purpose" TEXT,
    "legal_basis" TEXT,
    "legally_required" BOOLEAN NOT NULL,
    "exclusion_reason" TEXT,
    "release_rule_id" UUID,
    "release_rule_version" INTEGER,
    "corrects_id" UUID,

    CONSTRAINT "disclosure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "disclosure_evidence" (
    "disclosure_id" UUID NOT NULL,
    "audit_record_id" UUID NOT NULL,
    "role" "evidence_role" NOT NULL,

    CONSTRAINT "disclosure_evidence_pkey" PRIMARY KEY ("disclosure_id","audit_record_id")
);

-- CreateTable
CREATE TABLE "accounting" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "window_from" DATE NOT NULL,
    "window_to" DATE NOT NULL,
    "prepared_at" TIMESTAMPTZ(3) NOT NULL,
    "document_sealed" TEXT NOT NULL,
    "document_sha256" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3),

    CONSTRAINT "accounting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facility" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL,
    "jurisdiction" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "address" TEXT NOT NULL,

    CONSTRAINT "facility_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "installation_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "kind" "installation_kind" NOT NULL,
    "marked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "installation_mark_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holiday" (
    "on_date" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "holiday_pkey" PRIMARY KEY ("on_date")
);

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "request_id" UUID,
    "owed_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_message" (
    "notice_id" UUID NOT NULL,
    "to" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outbox_message_pkey" PRIMARY KEY ("notice_id")
);

-- CreateTable
CREATE TABLE "opt_out" (
    "id" UUID NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "patient_id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "act" "opt_out_act" NOT NULL,
    "purposes" "opt_out_purpose"[],
    "vendor_reach" "opt_out_reach" NOT NULL,
    "vendor_ids" UUID[],
    "study_reach" "opt_out_reach" NOT NULL,
    "study_uids" TEXT[],
    "covers_deidentified" BOOLEAN NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by_id" UUID NOT NULL,
    "wording_version" TEXT NOT NULL,
    "wording_locale" TEXT NOT NULL,
    "supersedes_id" UUID,

    CONSTRAINT "opt_out_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "export_check" (
    "id" UUID NOT NULL,
    "machine_client_id" UUID NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "purpose" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "identifiable" BOOLEAN NOT NULL,
    "as_of_at" TIMESTAMPTZ(3),

    CONSTRAINT "export_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "export_check_item" (
    "check_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "study_uid" TEXT,
    "patient_id" UUID,
    "decision" "export_decision" NOT NULL,
    "reason" TEXT NOT NULL,
    "opt_out_id" UUID,

    CONSTRAINT "export_check_item_pkey" PRIMARY KEY ("check_id","index")
);

-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "locale" TEXT NOT NULL DEFAULT 'en',
    "password_hash" TEXT NOT NULL,
    "totp_secret_sealed" TEXT,
    "totp_last_step" BIGINT,
    "patient_id" UUID,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "absolute_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "user_agent" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "pending_sign_in" (
    "id_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "pending_sign_in_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "patient" (
    "id" UUID NOT NULL,
    "family_name" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "born_on" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "patient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_identifier" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "patient_identifier_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine_client" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "machine_client_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "privacy_request" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "kind" "request_kind" NOT NULL,
    "patient_id" UUID NOT NULL,
    "filed_by_id" UUID NOT NULL,
    "channel" "request_channel" NOT NULL,
    "status" "request_status" NOT NULL,
    "resolution" "request_resolution",
    "details" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "time_zone" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "holidays" DATE[],
    "received_on" DATE NOT NULL,
    "due_on" DATE NOT NULL,
    "assignee_id" UUID,
    "acknowledged_at" TIMESTAMPTZ(3),
    "responded_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "submission_key" UUID NOT NULL,

    CONSTRAINT "privacy_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_response" (
    "request_id" UUID NOT NULL,
    "accounting_id" UUID,
    "note_sealed" TEXT,
    "drafted_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "sent_by_id" UUID,

    CONSTRAINT "request_response_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "vendor" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "relationship" "vendor_relationship" NOT NULL,
    "address" TEXT,
    "contact" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vendor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_endpoint" (
    "id" UUID NOT NULL,
    "vendor_id" UUID,
    "kind" "endpoint_kind" NOT NULL,
    "value" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_rule" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "purpose" TEXT NOT NULL,
    "legal_basis" TEXT NOT NULL,
    "legally_required" BOOLEAN NOT NULL,
    "exclusion_reason" TEXT,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_to" TIMESTAMPTZ(3),

    CONSTRAINT "release_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_source" (
    "audit_source_id" TEXT NOT NULL,
    "default_issuer" TEXT,
    "assumed_time_zone" TEXT,

    CONSTRAINT "audit_source_pkey" PRIMARY KEY ("audit_source_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_hash_key" ON "audit_event"("hash");

-- CreateIndex
CREATE INDEX "audit_event_request_id_sequence_idx" ON "audit_event"("request_id", "sequence");

-- CreateIndex
CREATE INDEX "audit_event_patient_id_sequence_idx" ON "audit_event"("patient_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "ingest_batch_machine_client_id_idempotency_key_key" ON "ingest_batch"("machine_client_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "audit_record_sha256_idx" ON "audit_record"("sha256");

-- CreateIndex
CREATE INDEX "audit_record_state_received_at_idx" ON "audit_record"("state", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "audit_record_batch_id_index_key" ON "audit_record"("batch_id", "index");

-- CreateIndex
CREATE UNIQUE INDEX "disclosure_corrects_id_key" ON "disclosure"("corrects_id");

-- CreateIndex
CREATE INDEX "disclosure_patient_id_occurred_at_idx" ON "disclosure"("patient_id", "occurred_at");

-- CreateIndex
CREATE INDEX "disclosure_vendor_id_occurred_at_idx" ON "disclosure"("vendor_id", "occurred_at");

-- CreateIndex
CREATE INDEX "accounting_request_id_idx" ON "accounting"("request_id");

-- CreateIndex
CREATE UNIQUE INDEX "opt_out_sequence_key" ON "opt_out"("sequence");

-- CreateIndex
CREATE UNIQUE INDEX "opt_out_supersedes_id_key" ON "opt_out"("supersedes_id");

-- CreateIndex
CREATE INDEX "opt_out_patient_id_sequence_idx" ON "opt_out"("patient_id", "sequence");

-- CreateIndex
CREATE INDEX "export_check_item_patient_id_idx" ON "export_check_item"("patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_account_patient_id_key" ON "user_account"("patient_id");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "pending_sign_in_user_id_idx" ON "pending_sign_in"("user_id");

-- CreateIndex
CREATE INDEX "patient_identifier_patient_id_idx" ON "patient_identifier"("patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "patient_identifier_issuer_value_key" ON "patient_identifier"("issuer", "value");

-- CreateIndex
CREATE UNIQUE INDEX "machine_client_name_key" ON "machine_client"("name");

-- CreateIndex
CREATE UNIQUE INDEX "machine_client_key_hash_key" ON "machine_client"("key_hash");

-- CreateIndex
CREATE UNIQUE INDEX "privacy_request_reference_key" ON "privacy_request"("reference");

-- CreateIndex
CREATE INDEX "privacy_request_patient_id_received_at_idx" ON "privacy_request"("patient_id", "received_at");

-- CreateIndex
CREATE INDEX "privacy_request_status_due_on_idx" ON "privacy_request"("status", "due_on");

-- CreateIndex
CREATE UNIQUE INDEX "privacy_request_filed_by_id_submission_key_key" ON "privacy_request"("filed_by_id", "submission_key");

-- CreateIndex
CREATE UNIQUE INDEX "vendor_slug_key" ON "vendor"("slug");

-- CreateIndex
CREATE INDEX "vendor_endpoint_kind_value_idx" ON "vendor_endpoint"("kind", "value");

-- CreateIndex
CREATE INDEX "release_rule_vendor_id_idx" ON "release_rule"("vendor_id");

-- AddForeignKey
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ingest_batch" ADD CONSTRAINT "ingest_batch_machine_client_id_fkey" FOREIGN KEY ("machine_client_id") REFERENCES "machine_client"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_record" ADD CONSTRAINT "audit_record_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "ingest_batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_release_rule_id_fkey" FOREIGN KEY ("release_rule_id") REFERENCES "release_rule"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure" ADD CONSTRAINT "disclosure_corrects_id_fkey" FOREIGN KEY ("corrects_id") REFERENCES "disclosure"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure_evidence" ADD CONSTRAINT "disclosure_evidence_disclosure_id_fkey" FOREIGN KEY ("disclosure_id") REFERENCES "disclosure"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "disclosure_evidence" ADD CONSTRAINT "disclosure_evidence_audit_record_id_fkey" FOREIGN KEY ("audit_record_id") REFERENCES "audit_record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounting" ADD CONSTRAINT "accounting_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounting" ADD CONSTRAINT "accounting_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outbox_message" ADD CONSTRAINT "outbox_message_notice_id_fkey" FOREIGN KEY ("notice_id") REFERENCES "notice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opt_out" ADD CONSTRAINT "opt_out_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opt_out" ADD CONSTRAINT "opt_out_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opt_out" ADD CONSTRAINT "opt_out_recorded_by_id_fkey" FOREIGN KEY ("recorded_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "opt_out" ADD CONSTRAINT "opt_out_supersedes_id_fkey" FOREIGN KEY ("supersedes_id") REFERENCES "opt_out"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_check" ADD CONSTRAINT "export_check_machine_client_id_fkey" FOREIGN KEY ("machine_client_id") REFERENCES "machine_client"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_check_item" ADD CONSTRAINT "export_check_item_check_id_fkey" FOREIGN KEY ("check_id") REFERENCES "export_check"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_check_item" ADD CONSTRAINT "export_check_item_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "export_check_item" ADD CONSTRAINT "export_check_item_opt_out_id_fkey" FOREIGN KEY ("opt_out_id") REFERENCES "opt_out"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pending_sign_in" ADD CONSTRAINT "pending_sign_in_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_identifier" ADD CONSTRAINT "patient_identifier_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_filed_by_id_fkey" FOREIGN KEY ("filed_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_response" ADD CONSTRAINT "request_response_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_response" ADD CONSTRAINT "request_response_accounting_id_fkey" FOREIGN KEY ("accounting_id") REFERENCES "accounting"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_response" ADD CONSTRAINT "request_response_sent_by_id_fkey" FOREIGN KEY ("sent_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_endpoint" ADD CONSTRAINT "vendor_endpoint_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_rule" ADD CONSTRAINT "release_rule_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
