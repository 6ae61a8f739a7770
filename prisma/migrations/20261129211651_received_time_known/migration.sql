-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "received_time_known" BOOLEAN NOT NULL DEFAULT true;

-- What staff entered without a time was kept as noon in the zone of the request: that nobody gave it is what is likely, and says less.
UPDATE "privacy_request" SET "received_time_known" = false
 WHERE "channel" <> 'portal' AND ("received_at" AT TIME ZONE "time_zone")::time = '12:00';
