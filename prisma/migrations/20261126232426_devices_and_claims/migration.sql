-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "deviceKey" TEXT;

-- CreateTable
CREATE TABLE "SeenClaims" (
    "userId" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "issuedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SeenClaims_pkey" PRIMARY KEY ("userId")
);

-- AddForeignKey
ALTER TABLE "SeenClaims" ADD CONSTRAINT "SeenClaims_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
