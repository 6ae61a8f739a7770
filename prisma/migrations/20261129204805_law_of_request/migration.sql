-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "jurisdiction" TEXT;

-- What a request was counted by says whose law it was; a promise says nothing of it, and is the facility's as it stands.
UPDATE "privacy_request" r
   SET "jurisdiction" = CASE
     WHEN r."rule_id" LIKE 'eu.%' THEN 'EU'
     WHEN r."rule_id" LIKE 'uk.%' THEN 'UK'
     WHEN r."rule_id" LIKE 'ca.%' THEN 'US-CA'
     WHEN r."rule_id" LIKE 'wa.%' THEN 'US-WA'
     WHEN r."rule_id" LIKE 'hipaa.%' AND f."jurisdiction" NOT LIKE 'US%' THEN 'US'
     ELSE f."jurisdiction" END
  FROM "facility" f WHERE f."id" = 1;

ALTER TABLE "privacy_request" ALTER COLUMN "jurisdiction" SET NOT NULL;
