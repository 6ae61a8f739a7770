-- Counted again from the requests by the next migration: nobody knows any more in which zone a row was counted.
DELETE FROM "open_tally";

-- AlterTable
ALTER TABLE "open_tally" ADD COLUMN     "time_zone" TEXT NOT NULL;

-- CreateIndex
CREATE INDEX "open_tally_time_zone_idx" ON "open_tally"("time_zone");
