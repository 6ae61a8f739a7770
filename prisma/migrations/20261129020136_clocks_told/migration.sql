-- Counted again from the requests by the next migration: nobody knows any more which rule a row was counted under.
DELETE FROM "answer_tally";

-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "ack_due_on" DATE,
ADD COLUMN     "ack_rule_id" TEXT,
ADD COLUMN     "ack_rule_version" INTEGER,
ADD COLUMN     "clock_paused" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "suspend_by_policy" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "open_tally" ADD COLUMN     "clock_paused" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "answer_tally" ADD COLUMN     "rule_id" TEXT NOT NULL;
