-- CreateIndex
CREATE INDEX "privacy_request_kind_status_received_at_id_idx" ON "privacy_request"("kind", "status", "received_at", "id");
