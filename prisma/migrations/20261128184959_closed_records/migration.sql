-- AlterEnum
ALTER TYPE "patient_flag_kind" ADD VALUE 'closedToStaff';
