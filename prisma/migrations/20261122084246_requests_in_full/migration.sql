-- CreateEnum
CREATE TYPE "follow_up" AS ENUM ('appeal', 'reopening');

-- CreateEnum
CREATE TYPE "request_clock_event_type" AS ENUM ('extensionNoticeSent', 'identityInfoRequested', 'identityInfoReceived', 'clarificationRequested', 'clarificationReceived', 'feePaid');

-- CreateEnum
CREATE TYPE "message_audience" AS ENUM ('patient', 'internal');

-- CreateEnum
CREATE TYPE "attachment_use" AS ENUM ('fromPatient', 'scan', 'internal', 'forRelease', 'toPatient');

-- CreateEnum
CREATE TYPE "fee_choice" AS ENUM ('goOn', 'change', 'stop');

-- CreateEnum
CREATE TYPE "template_use" AS ENUM ('granted', 'grantedInPart', 'denied', 'nothingToReport', 'extension', 'message');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "request_kind" ADD VALUE 'access';
ALTER TYPE "request_kind" ADD VALUE 'question';
ALTER TYPE "request_kind" ADD VALUE 'restriction';
ALTER TYPE "request_kind" ADD VALUE 'amendment';
ALTER TYPE "request_kind" ADD VALUE 'recall';
ALTER TYPE "request_kind" ADD VALUE 'complaint';

-- DropIndex
DROP INDEX "privacy_request_status_due_on_idx";

-- AlterTable
ALTER TABLE "holiday" DROP CONSTRAINT "holiday_pkey",
ADD COLUMN     "calendar" TEXT NOT NULL DEFAULT 'facility',
ADD CONSTRAINT "holiday_pkey" PRIMARY KEY ("calendar", "on_date");

-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "dead_at" TIMESTAMPTZ(3),
ADD COLUMN     "failure" TEXT,
ADD COLUMN     "tried_at" TIMESTAMPTZ(3),
ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "entered_at" TIMESTAMPTZ(3),
ADD COLUMN     "extended_at" TIMESTAMPTZ(3),
ADD COLUMN     "follows_as" "follow_up",
ADD COLUMN     "follows_id" UUID,
ADD COLUMN     "promised_count" INTEGER,
ADD COLUMN     "search_text" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "statement_sealed" TEXT;

-- So far everything came in through the portal, and was entered as it came.
UPDATE "privacy_request" SET "entered_at" = "received_at";
ALTER TABLE "privacy_request" ALTER COLUMN "entered_at" SET NOT NULL;

-- AlterTable
ALTER TABLE "request_response" ADD COLUMN     "contains" TEXT[],
ADD COLUMN     "drafted_by_id" UUID,
ADD COLUMN     "ground" TEXT,
ADD COLUMN     "resolution" "request_resolution";

-- CreateTable
CREATE TABLE "setting_version" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "set_by_id" UUID,

    CONSTRAINT "setting_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "name" TEXT NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "request_clock_event" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "type" "request_clock_event_type" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reason_sealed" TEXT,
    "new_due_on" DATE,
    "recorded_by_id" UUID NOT NULL,

    CONSTRAINT "request_clock_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_message" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "audience" "message_audience" NOT NULL,
    "by_facility" BOOLEAN NOT NULL,
    "body_sealed" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "submission_key" UUID NOT NULL,

    CONSTRAINT "request_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachment" (
    "id" UUID NOT NULL,
    "request_id" UUID,
    "draft_id" UUID,
    "message_id" UUID,
    "use" "attachment_use" NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes_sealed" TEXT NOT NULL,
    "added_by_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attachment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_draft" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" "request_kind" NOT NULL,
    "fields_sealed" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "request_draft_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fee_notice" (
    "request_id" UUID NOT NULL,
    "amount_cents" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "basis_sealed" TEXT NOT NULL,
    "told_at" TIMESTAMPTZ(3) NOT NULL,
    "told_by_id" UUID NOT NULL,
    "choice" "fee_choice",
    "chosen_at" TIMESTAMPTZ(3),
    "chosen_by_id" UUID,

    CONSTRAINT "fee_notice_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "deadline_reminder" (
    "request_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "due_on" DATE NOT NULL,
    "for_day" DATE NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deadline_reminder_pkey" PRIMARY KEY ("request_id","step","due_on")
);

-- CreateTable
CREATE TABLE "saved_view" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calendar_feed" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "last_read_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "calendar_feed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer_template" (
    "id" UUID NOT NULL,
    "kind" "request_kind" NOT NULL,
    "use" "template_use" NOT NULL,
    "locale" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "made_by_id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "answer_template_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "setting_version_name_set_at_idx" ON "setting_version"("name", "set_at");

-- CreateIndex
CREATE INDEX "request_clock_event_request_id_at_idx" ON "request_clock_event"("request_id", "at");

-- CreateIndex
CREATE INDEX "request_message_request_id_written_at_idx" ON "request_message"("request_id", "written_at");

-- CreateIndex
CREATE UNIQUE INDEX "request_message_author_id_submission_key_key" ON "request_message"("author_id", "submission_key");

-- CreateIndex
CREATE INDEX "attachment_request_id_idx" ON "attachment"("request_id");

-- CreateIndex
CREATE INDEX "attachment_draft_id_idx" ON "attachment"("draft_id");

-- CreateIndex
CREATE INDEX "attachment_message_id_idx" ON "attachment"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "request_draft_user_id_patient_id_kind_key" ON "request_draft"("user_id", "patient_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "saved_view_owner_id_name_key" ON "saved_view"("owner_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "calendar_feed_token_hash_key" ON "calendar_feed"("token_hash");

-- CreateIndex
CREATE INDEX "calendar_feed_owner_id_idx" ON "calendar_feed"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "answer_template_kind_use_locale_version_key" ON "answer_template"("kind", "use", "locale", "version");

-- CreateIndex
CREATE INDEX "audit_event_subject_kind_subject_id_id_idx" ON "audit_event"("subject_kind", "subject_id", "id");

-- CreateIndex
CREATE INDEX "holiday_on_date_idx" ON "holiday"("on_date");

-- CreateIndex
CREATE INDEX "notice_request_id_idx" ON "notice"("request_id");

-- CreateIndex
CREATE INDEX "notice_dead_at_idx" ON "notice"("dead_at");

-- CreateIndex
CREATE INDEX "privacy_request_status_due_on_received_at_id_idx" ON "privacy_request"("status", "due_on", "received_at", "id");

-- CreateIndex
CREATE INDEX "privacy_request_status_received_at_id_idx" ON "privacy_request"("status", "received_at", "id");

-- CreateIndex
CREATE INDEX "privacy_request_assignee_id_status_due_on_idx" ON "privacy_request"("assignee_id", "status", "due_on");

-- CreateIndex
CREATE INDEX "privacy_request_kind_status_due_on_idx" ON "privacy_request"("kind", "status", "due_on");

-- CreateIndex
CREATE INDEX "privacy_request_follows_id_idx" ON "privacy_request"("follows_id");

-- AddForeignKey
ALTER TABLE "setting_version" ADD CONSTRAINT "setting_version_set_by_id_fkey" FOREIGN KEY ("set_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_follows_id_fkey" FOREIGN KEY ("follows_id") REFERENCES "privacy_request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_response" ADD CONSTRAINT "request_response_drafted_by_id_fkey" FOREIGN KEY ("drafted_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_clock_event" ADD CONSTRAINT "request_clock_event_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_clock_event" ADD CONSTRAINT "request_clock_event_recorded_by_id_fkey" FOREIGN KEY ("recorded_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_message" ADD CONSTRAINT "request_message_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_message" ADD CONSTRAINT "request_message_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_draft_id_fkey" FOREIGN KEY ("draft_id") REFERENCES "request_draft"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "request_message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachment" ADD CONSTRAINT "attachment_added_by_id_fkey" FOREIGN KEY ("added_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_draft" ADD CONSTRAINT "request_draft_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request_draft" ADD CONSTRAINT "request_draft_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fee_notice" ADD CONSTRAINT "fee_notice_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fee_notice" ADD CONSTRAINT "fee_notice_told_by_id_fkey" FOREIGN KEY ("told_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fee_notice" ADD CONSTRAINT "fee_notice_chosen_by_id_fkey" FOREIGN KEY ("chosen_by_id") REFERENCES "user_account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deadline_reminder" ADD CONSTRAINT "deadline_reminder_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "saved_view" ADD CONSTRAINT "saved_view_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calendar_feed" ADD CONSTRAINT "calendar_feed_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "answer_template" ADD CONSTRAINT "answer_template_made_by_id_fkey" FOREIGN KEY ("made_by_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
