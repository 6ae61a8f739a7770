-- AlterEnum
ALTER TYPE "request_clock_event_type" ADD VALUE 'extensionNoticeWritten';
