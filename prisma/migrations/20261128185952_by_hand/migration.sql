-- CreateTable
CREATE TABLE "entry_document" (
    "id" UUID NOT NULL,
    "audit_record_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "byte_count" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes_sealed" TEXT NOT NULL,
    "added_by_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "entry_document_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "entry_document_audit_record_id_idx" ON "entry_document"("audit_record_id");

-- AddForeignKey
ALTER TABLE "entry_document" ADD CONSTRAINT "entry_document_audit_record_id_fkey" FOREIGN KEY ("audit_record_id") REFERENCES "audit_record"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
