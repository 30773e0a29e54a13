-- CreateTable
CREATE TABLE "AdditionQuota" (
    "userId" UUID NOT NULL,
    "times" TIMESTAMPTZ(3)[],

    CONSTRAINT "AdditionQuota_pkey" PRIMARY KEY ("userId")
);

-- AddForeignKey
ALTER TABLE "AdditionQuota" ADD CONSTRAINT "AdditionQuota_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
