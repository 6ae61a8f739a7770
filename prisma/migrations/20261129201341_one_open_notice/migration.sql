-- Two records were joined, and a company with images of both was asked twice because of one choice: the older notice is closed, as it is
-- from now on when the newer one is owed.
WITH "closed" AS (
  UPDATE "vendor_notice" older SET "closed_at" = newer."owed_at"
    FROM (SELECT "opt_out_id", "vendor_id", max("owed_at") AS "owed_at" FROM "vendor_notice"
           WHERE "kind" = 'stop' AND "closed_at" IS NULL AND "opt_out_id" IS NOT NULL GROUP BY 1, 2) newer
   WHERE older."kind" = 'stop' AND older."closed_at" IS NULL AND older."opt_out_id" = newer."opt_out_id"
     AND older."vendor_id" = newer."vendor_id" AND older."owed_at" < newer."owed_at"
  RETURNING older."id", older."closed_at"
)
INSERT INTO "vendor_notice_event" ("id", "notice_id", "type", "at")
SELECT gen_random_uuid(), "id", 'closed', "closed_at" FROM "closed";

CREATE UNIQUE INDEX "vendor_notice_one_open" ON "vendor_notice" ("opt_out_id", "vendor_id")
 WHERE "kind" = 'stop' AND "closed_at" IS NULL;
