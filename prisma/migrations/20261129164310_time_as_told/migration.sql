-- AlterTable
ALTER TABLE "disclosure" ADD COLUMN     "assumed_time_zone" TEXT,
ADD COLUMN     "time_of_day_known" BOOLEAN;
