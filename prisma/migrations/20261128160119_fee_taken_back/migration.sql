-- AlterEnum
ALTER TYPE "fee_choice" ADD VALUE 'takenBack';
