-- CreateEnum
CREATE TYPE "label_state" AS ENUM ('yes', 'no', 'partly', 'notApplicable', 'notAnswered');

-- CreateEnum
CREATE TYPE "label_asserter" AS ENUM ('facility', 'vendor');

-- CreateTable
CREATE TABLE "vendor_label_version" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vendor_label_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vendor_label_value" (
    "version_id" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "state" "label_state" NOT NULL,
    "code" TEXT,
    "plain" TEXT,
    "plain_es" TEXT,
    "value" TEXT,
    "asserted_by" "label_asserter" NOT NULL,
    "evidence_url" TEXT,
    "as_of" DATE,
    "valid_until" DATE,

    CONSTRAINT "vendor_label_value_pkey" PRIMARY KEY ("version_id","field")
);

-- CreateTable
CREATE TABLE "vendor_label_draft" (
    "vendor_id" UUID NOT NULL,
    "values" JSONB NOT NULL,
    "revision" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "vendor_label_draft_pkey" PRIMARY KEY ("vendor_id")
);

-- CreateTable
CREATE TABLE "vendor_model_card" (
    "id" UUID NOT NULL,
    "vendor_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "elements" JSONB NOT NULL,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_at" TIMESTAMPTZ(3),

    CONSTRAINT "vendor_model_card_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "expiry_reminder" (
    "subject" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "ends_on" DATE NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "expiry_reminder_pkey" PRIMARY KEY ("subject","step","ends_on")
);

-- CreateIndex
CREATE UNIQUE INDEX "vendor_label_version_vendor_id_number_key" ON "vendor_label_version"("vendor_id", "number");

-- CreateIndex
CREATE INDEX "vendor_label_value_valid_until_idx" ON "vendor_label_value"("valid_until");

-- CreateIndex
CREATE INDEX "vendor_model_card_vendor_id_idx" ON "vendor_model_card"("vendor_id");

-- AddForeignKey
ALTER TABLE "vendor_label_version" ADD CONSTRAINT "vendor_label_version_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_label_value" ADD CONSTRAINT "vendor_label_value_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "vendor_label_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_label_draft" ADD CONSTRAINT "vendor_label_draft_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "vendor_model_card" ADD CONSTRAINT "vendor_model_card_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "vendor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
