-- CreateEnum
CREATE TYPE "letter_use" AS ENUM ('answer', 'extension');

-- AlterTable
ALTER TABLE "privacy_request" ADD COLUMN     "duplicate_of_id" UUID;

-- AlterTable
ALTER TABLE "request_response" ADD COLUMN     "files_by_id" UUID[];

-- AlterTable
ALTER TABLE "request_message" ADD COLUMN     "is_statement" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "sent_letter" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "use" "letter_use" NOT NULL,
    "letter_sealed" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sent_letter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "sent_letter_request_id_use_key" ON "sent_letter"("request_id", "use");

-- CreateIndex
CREATE INDEX "privacy_request_duplicate_of_id_idx" ON "privacy_request"("duplicate_of_id");

-- AddForeignKey
ALTER TABLE "privacy_request" ADD CONSTRAINT "privacy_request_duplicate_of_id_fkey" FOREIGN KEY ("duplicate_of_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sent_letter" ADD CONSTRAINT "sent_letter_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "privacy_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
