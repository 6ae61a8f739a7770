-- DropIndex
DROP INDEX "vendor_notice_vendor_id_request_id_kind_key";

-- CreateIndex
CREATE UNIQUE INDEX "vendor_notice_vendor_id_request_id_kind_owed_at_key" ON "vendor_notice"("vendor_id", "request_id", "kind", "owed_at");
