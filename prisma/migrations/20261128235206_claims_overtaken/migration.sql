-- AlterEnum
ALTER TYPE "identity_proofing" ADD VALUE 'overtaken';
