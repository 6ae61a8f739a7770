-- CreateTable
CREATE TABLE "restored_backup" (
    "id" UUID NOT NULL,
    "backup_id" UUID NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    "restored_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "restored_backup_pkey" PRIMARY KEY ("id")
);
