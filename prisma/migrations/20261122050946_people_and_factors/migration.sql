-- CreateEnum
CREATE TYPE "passkey_purpose" AS ENUM ('signIn', 'stepUp', 'enrol', 'recover');

-- CreateEnum
CREATE TYPE "code_set_kind" AS ENUM ('recovery', 'sheet');

-- CreateEnum
CREATE TYPE "mail_proof_purpose" AS ENUM ('signUp', 'recover', 'changeEmail');

-- CreateEnum
CREATE TYPE "credential_order_kind" AS ENUM ('codeSheet', 'resetFactors');

-- CreateEnum
CREATE TYPE "credential_order_state" AS ENUM ('waiting', 'done', 'refused');

-- CreateEnum
CREATE TYPE "notice_choice" AS ENUM ('email', 'requiredOnly');

-- CreateEnum
CREATE TYPE "factor_kind" AS ENUM ('totp', 'passkey', 'recoveryCode', 'sheetCode');

-- CreateEnum
CREATE TYPE "invitation_delivery" AS ENUM ('desk', 'post');

-- CreateEnum
CREATE TYPE "identity_proofing" AS ENUM ('pending', 'verified', 'failed');

-- CreateEnum
CREATE TYPE "representation_basis" AS ENUM ('parentOfMinor', 'guardian', 'healthCareProxy', 'powerOfAttorney', 'executorOrAdministrator', 'courtOrder', 'patientsWish');

-- CreateEnum
CREATE TYPE "representation_scope" AS ENUM ('see', 'file', 'both');

-- CreateEnum
CREATE TYPE "representation_state" AS ENUM ('asked', 'granted', 'refused', 'ended');

-- CreateEnum
CREATE TYPE "patient_flag_kind" AS ENUM ('conflict', 'doNotDisclose');

-- DropForeignKey
ALTER TABLE "notice" DROP CONSTRAINT "notice_user_id_fkey";

-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "address" TEXT,
ADD COLUMN     "details_sealed" TEXT,
ADD COLUMN     "locale" TEXT,
ALTER COLUMN "user_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "user_account" ADD COLUMN     "notice_choice" "notice_choice" NOT NULL DEFAULT 'email',
ADD COLUMN     "password_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "totp_enrolled_at" TIMESTAMPTZ(3);

-- Sessions know more from now on: everybody signs in again.
DELETE FROM "session";

-- AlterTable
ALTER TABLE "session" ADD COLUMN     "acting_for_id" UUID,
ADD COLUMN     "address" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "factor" "factor_kind" NOT NULL DEFAULT 'totp',
ADD COLUMN     "factor_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "id" UUID NOT NULL;

-- AlterTable
ALTER TABLE "patient" ADD COLUMN     "merged_into_id" UUID;

-- CreateTable
CREATE TABLE "audit_seal" (
    "sequence" BIGINT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("sequence")
);

-- The chain moves out of the events into a table of its own, link by link: an event is written in its transaction and takes its place in
-- the chain once it is committed. No hash changes. (No trigger fires here: none is on ALTER TABLE.)
INSERT INTO "audit_seal" ("sequence", "event_id", "previous_hash", "hash", "sealed_at")
SELECT "sequence", "sequence", "previous_hash", "hash", "at" FROM "audit_event";

ALTER TABLE "audit_event" RENAME COLUMN "sequence" TO "id";
CREATE SEQUENCE "audit_event_id_seq" OWNED BY "audit_event"."id";
SELECT setval('audit_event_id_seq', coalesce((SELECT max("id") FROM "audit_event"), 0) + 1, false);
ALTER TABLE "audit_event" ALTER COLUMN "id" SET DEFAULT nextval('audit_event_id_seq'),
DROP COLUMN "hash",
DROP COLUMN "previous_hash",
ADD COLUMN     "on_behalf_of" TEXT;
ALTER INDEX "audit_event_request_id_sequence_idx" RENAME TO "audit_event_request_id_id_idx";
ALTER INDEX "audit_event_patient_id_sequence_idx" RENAME TO "audit_event_patient_id_id_idx";

-- CreateTable
CREATE TABLE "passkey" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[],
    "backed_up" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkey_challenge" (
    "id_hash" TEXT NOT NULL,
    "challenge" TEXT NOT NULL,
    "purpose" "passkey_purpose" NOT NULL,
    "user_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passkey_challenge_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "code_set" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "code_set_kind" NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "issued_by_id" UUID,
    "order_id" UUID,
    "replaced_at" TIMESTAMPTZ(3),

    CONSTRAINT "code_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_code" (
    "id" UUID NOT NULL,
    "set_id" UUID NOT NULL,
    "selector" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "one_time_code_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "known_device" (
    "secret_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_device_pkey" PRIMARY KEY ("secret_hash")
);

-- CreateTable
CREATE TABLE "kept_form" (
    "id_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "fields_sealed" TEXT NOT NULL,
    "kept_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "kept_form_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "mail_proof" (
    "id" UUID NOT NULL,
    "id_hash" TEXT NOT NULL,
    "purpose" "mail_proof_purpose" NOT NULL,
    "email" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "user_id" UUID,
    "code_sealed" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "proved_at" TIMESTAMPTZ(3),
    "invitation_id" UUID,
    "display_name" TEXT,
    "password_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_proof_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "credential_order" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "credential_order_kind" NOT NULL,
    "state" "credential_order_state" NOT NULL,
    "identity_check" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "new_email" TEXT,
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "refusal" TEXT,

    CONSTRAINT "credential_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine_key" (
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "key_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "machine_key_pkey" PRIMARY KEY ("id")
);

-- A program's key becomes its first one. gen_random_uuid: PostgreSQL 15 has no version 7.
INSERT INTO "machine_key" ("id", "client_id", "key_hash", "created_at", "expires_at", "revoked_at", "last_used_at")
SELECT gen_random_uuid(), "id", "key_hash", "created_at", "expires_at", "revoked_at", "last_used_at" FROM "machine_client";

ALTER TABLE "machine_client" DROP COLUMN "expires_at",
DROP COLUMN "key_hash",
DROP COLUMN "last_used_at",
ADD COLUMN     "vendor_id" UUID;

-- CreateTable
CREATE TABLE "invitation" (
    "id" UUID NOT NULL,
    "selector" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "patient_id" UUID,
    "display_name" TEXT NOT NULL,
    "delivery" "invitation_delivery" NOT NULL,
    "invited_by_id" UUID NOT NULL,
    "invited_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "used_by_id" UUID,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_claim" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "born_on" DATE NOT NULL,
    "issuer" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "state" "identity_proofing" NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "patient_id" UUID,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "identity_claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "representation" (
    "id" UUID NOT NULL,
    "representative_id" UUID NOT NULL,
    "patient_id" UUID,
    "state" "representation_state" NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "born_on" DATE NOT NULL,
    "patient_number" TEXT,
    "relationship" TEXT NOT NULL,
    "basis" "representation_basis" NOT NULL,
    "scope" "representation_scope" NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "starts_on" DATE,
    "ends_on" DATE,
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "representation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "representative_evidence" (
    "id" UUID NOT NULL,
    "representation_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes_sealed" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "representative_evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_flag" (
    "id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" "patient_flag_kind" NOT NULL,
    "person_name" TEXT,
    "against_id" UUID,
    "reason" TEXT NOT NULL,
    "set_by_id" UUID NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "lifted_by_id" UUID,
    "lifted_at" TIMESTAMPTZ(3),
    "lift_reason" TEXT,

    CONSTRAINT "patient_flag_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "patient_merge" (
    "id" UUID NOT NULL,
    "survivor_id" UUID NOT NULL,
    "merged_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "merged_by_id" UUID NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL,
    "unmerged_by_id" UUID,
    "unmerged_at" TIMESTAMPTZ(3),
    "unmerge_reason" TEXT,

    CONSTRAINT "patient_merge_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_event_id_key" ON "audit_seal"("event_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_previous_hash_key" ON "audit_seal"("previous_hash");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_hash_key" ON "audit_seal"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey"("credential_id");

-- CreateIndex
CREATE INDEX "passkey_user_id_idx" ON "passkey"("user_id");

-- CreateIndex
CREATE INDEX "passkey_challenge_expires_at_idx" ON "passkey_challenge"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "code_set_order_id_key" ON "code_set"("order_id");

-- CreateIndex
CREATE INDEX "code_set_user_id_kind_idx" ON "code_set"("user_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "one_time_code_set_id_selector_key" ON "one_time_code"("set_id", "selector");

-- CreateIndex
CREATE INDEX "known_device_user_id_idx" ON "known_device"("user_id");

-- CreateIndex
CREATE INDEX "kept_form_user_id_idx" ON "kept_form"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "mail_proof_id_key" ON "mail_proof"("id");

-- CreateIndex
CREATE INDEX "mail_proof_expires_at_idx" ON "mail_proof"("expires_at");

-- CreateIndex
CREATE INDEX "credential_order_user_id_idx" ON "credential_order"("user_id");

-- CreateIndex
CREATE INDEX "credential_order_state_idx" ON "credential_order"("state");

-- CreateIndex
CREATE UNIQUE INDEX "machine_key_key_hash_key" ON "machine_key"("key_hash");

-- CreateIndex
CREATE INDEX "machine_key_client_id_idx" ON "machine_key"("client_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_selector_key" ON "invitation"("selector");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_used_by_id_key" ON "invitation"("used_by_id");

-- CreateIndex
CREATE INDEX "invitation_patient_id_idx" ON "invitation"("patient_id");

-- CreateIndex
CREATE INDEX "identity_claim_state_claimed_at_idx" ON "identity_claim"("state", "claimed_at");

-- CreateIndex
CREATE INDEX "identity_claim_user_id_idx" ON "identity_claim"("user_id");

-- CreateIndex
CREATE INDEX "representation_representative_id_idx" ON "representation"("representative_id");

-- CreateIndex
CREATE INDEX "representation_patient_id_idx" ON "representation"("patient_id");

-- CreateIndex
CREATE INDEX "representation_state_asked_at_idx" ON "representation"("state", "asked_at");

-- CreateIndex
CREATE INDEX "representative_evidence_representation_id_idx" ON "representative_evidence"("representation_id");

-- CreateIndex
CREATE INDEX "patient_flag_patient_id_idx" ON "patient_flag"("patient_id");

-- CreateIndex
CREATE INDEX "patient_flag_against_id_idx" ON "patient_flag"("against_id");

-- CreateIndex
CREATE INDEX "patient_merge_survivor_id_idx" ON "patient_merge"("survivor_id");

-- CreateIndex
CREATE INDEX "patient_merge_merged_id_idx" ON "patient_merge"("merged_id");

-- CreateIndex
CREATE INDEX "audit_event_type_id_idx" ON "audit_event"("type", "id");

-- CreateIndex
CREATE UNIQUE INDEX "session_id_key" ON "session"("id");

-- CreateIndex
CREATE INDEX "patient_merged_into_id_idx" ON "patient"("merged_into_id");

-- CreateIndex
CREATE INDEX "patient_family_name_given_name_idx" ON "patient"("family_name", "given_name");

-- AddForeignKey
ALTER TABLE "audit_seal" ADD CONSTRAINT "audit_seal_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "audit_event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkey_challenge" ADD CONSTRAINT "passkey_challenge_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "code_set" ADD CONSTRAINT "code_set_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "code_set" ADD CONSTRAINT "code_set_issued_by_id_fkey" FOREIGN KEY ("issued_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "code_set" ADD CONSTRAINT "code_set_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "credential_order"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_time_code" ADD CONSTRAINT "one_time_code_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "code_set"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "known_device" ADD CONSTRAINT "known_device_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "kept_form" ADD CONSTRAINT "kept_form_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_proof" ADD CONSTRAINT "mail_proof_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_proof" ADD CONSTRAINT "mail_proof_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "invitation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_order" ADD CONSTRAINT "credential_order_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_order" ADD CONSTRAINT "credential_order_asked_by_id_fkey" FOREIGN KEY ("asked_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_order" ADD CONSTRAINT "credential_order_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_acting_for_id_fkey" FOREIGN KEY ("acting_for_id") REFERENCES "representation"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient" ADD CONSTRAINT "patient_merged_into_id_fkey" FOREIGN KEY ("merged_into_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine_client" ADD CONSTRAINT "machine_client_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine_key" ADD CONSTRAINT "machine_key_client_id_fkey" FOREIGN KEY ("client_id") REFERENCES "machine_client"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_invited_by_id_fkey" FOREIGN KEY ("invited_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_used_by_id_fkey" FOREIGN KEY ("used_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity_claim" ADD CONSTRAINT "identity_claim_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity_claim" ADD CONSTRAINT "identity_claim_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity_claim" ADD CONSTRAINT "identity_claim_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "representation" ADD CONSTRAINT "representation_representative_id_fkey" FOREIGN KEY ("representative_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "representation" ADD CONSTRAINT "representation_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "representation" ADD CONSTRAINT "representation_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "representative_evidence" ADD CONSTRAINT "representative_evidence_representation_id_fkey" FOREIGN KEY ("representation_id") REFERENCES "representation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_flag" ADD CONSTRAINT "patient_flag_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_flag" ADD CONSTRAINT "patient_flag_against_id_fkey" FOREIGN KEY ("against_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_flag" ADD CONSTRAINT "patient_flag_set_by_id_fkey" FOREIGN KEY ("set_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_flag" ADD CONSTRAINT "patient_flag_lifted_by_id_fkey" FOREIGN KEY ("lifted_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_merge" ADD CONSTRAINT "patient_merge_survivor_id_fkey" FOREIGN KEY ("survivor_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_merge" ADD CONSTRAINT "patient_merge_merged_id_fkey" FOREIGN KEY ("merged_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_merge" ADD CONSTRAINT "patient_merge_merged_by_id_fkey" FOREIGN KEY ("merged_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "patient_merge" ADD CONSTRAINT "patient_merge_unmerged_by_id_fkey" FOREIGN KEY ("unmerged_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;
