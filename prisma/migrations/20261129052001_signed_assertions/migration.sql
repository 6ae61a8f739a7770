-- CreateTable
CREATE TABLE "signing_key" (
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "jwk" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "machine_token" (
    "token_hash" TEXT NOT NULL,
    "signing_key_id" UUID NOT NULL,
    "granted" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "machine_token_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "used_assertion" (
    "id_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_assertion_pkey" PRIMARY KEY ("id_hash")
);

-- CreateIndex
CREATE INDEX "signing_key_client_id_idx" ON "signing_key"("client_id");

-- CreateIndex
CREATE INDEX "machine_token_signing_key_id_idx" ON "machine_token"("signing_key_id");

-- CreateIndex
CREATE INDEX "machine_token_expires_at_idx" ON "machine_token"("expires_at");

-- CreateIndex
CREATE INDEX "used_assertion_expires_at_idx" ON "used_assertion"("expires_at");

-- AddForeignKey
ALTER TABLE "signing_key" ADD CONSTRAINT "signing_key_client_id_fkey" FOREIGN KEY ("client_id") REFERENCES "machine_client"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "machine_token" ADD CONSTRAINT "machine_token_signing_key_id_fkey" FOREIGN KEY ("signing_key_id") REFERENCES "signing_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;
