-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "ingest_channel" ADD VALUE 'csvHttp';
ALTER TYPE "ingest_channel" ADD VALUE 'fhirHttp';
ALTER TYPE "ingest_channel" ADD VALUE 'syslogTls';
ALTER TYPE "ingest_channel" ADD VALUE 'syslogUdp';
ALTER TYPE "ingest_channel" ADD VALUE 'file';
ALTER TYPE "ingest_channel" ADD VALUE 'staff';
