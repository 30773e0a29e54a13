-- CreateTable
CREATE TABLE "HandOver" (
    "userId" UUID NOT NULL,
    "wantedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HandOver_pkey" PRIMARY KEY ("userId")
);

-- `npm run admin` has left the private rooms of the users whom it deactivated to them; for all others, nothing is left to do.
INSERT INTO "HandOver" ("userId") SELECT "id" FROM "User" WHERE "deactivatedAt" IS NOT NULL;

-- AddForeignKey. Last, as it keeps others from writing users until the transaction ends.
ALTER TABLE "HandOver" ADD CONSTRAINT "HandOver_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
