-- CreateTable
CREATE TABLE "ModerationQuota" (
    "userId" UUID NOT NULL,
    "times" TIMESTAMPTZ(3)[],

    CONSTRAINT "ModerationQuota_pkey" PRIMARY KEY ("userId")
);

-- AddForeignKey
ALTER TABLE "ModerationQuota" ADD CONSTRAINT "ModerationQuota_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
