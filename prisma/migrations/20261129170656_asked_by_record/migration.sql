-- AlterTable
ALTER TABLE "opt_out_ask" DROP CONSTRAINT "opt_out_ask_pkey",
ADD COLUMN     "patient_id" UUID;

-- Who was asked so far: the records of the accounts to which the letters went, or of those for whom they act. Where the letters are gone,
-- the record of the choice itself if it had an account then, since all accounts of a person were asked. Of an ask for which nobody is found
-- it cannot be said that its patient was asked: it goes, and the "no" stands.
ALTER TABLE "opt_out_ask" DISABLE TRIGGER "opt_out_ask_append_only";
WITH "reader" AS (
  SELECT ask."opt_out_id", unnest(ARRAY[account."patient_id", acting."patient_id"]) AS "patient_id", ask."asked_at", ask."ends_at"
    FROM "opt_out_ask" ask
    JOIN "opt_out" choice ON choice."id" = ask."opt_out_id"
    JOIN "notice" letter ON letter."request_id" = choice."request_id" AND letter."kind" = 'choiceEnds' AND letter."sent_at" IS NOT NULL
    JOIN "user_account" account ON account."id" = letter."user_id"
    LEFT JOIN "representation" acting ON acting."representative_id" = account."id"
     AND acting."decided_at" <= ask."asked_at" AND acting."state" IN ('granted', 'ended')
  UNION
  SELECT ask."opt_out_id", choice."patient_id", ask."asked_at", ask."ends_at"
    FROM "opt_out_ask" ask
    JOIN "opt_out" choice ON choice."id" = ask."opt_out_id"
    JOIN "user_account" account ON account."patient_id" = choice."patient_id" AND account."created_at" <= ask."asked_at"
)
INSERT INTO "opt_out_ask" ("opt_out_id", "patient_id", "asked_at", "ends_at")
SELECT "opt_out_id", "patient_id", "asked_at", "ends_at" FROM "reader" WHERE "patient_id" IS NOT NULL;
DELETE FROM "opt_out_ask" WHERE "patient_id" IS NULL;
ALTER TABLE "opt_out_ask" ENABLE TRIGGER "opt_out_ask_append_only";

-- AlterTable
ALTER TABLE "opt_out_ask" ALTER COLUMN "patient_id" SET NOT NULL,
ADD CONSTRAINT "opt_out_ask_pkey" PRIMARY KEY ("opt_out_id", "patient_id");

-- AddForeignKey
ALTER TABLE "opt_out_ask" ADD CONSTRAINT "opt_out_ask_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
