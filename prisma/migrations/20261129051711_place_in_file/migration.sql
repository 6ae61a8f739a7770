-- AlterTable
ALTER TABLE "file_import" ADD COLUMN     "place_byte" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "place_line" INTEGER NOT NULL DEFAULT 0;
