-- CreateTable
CREATE TABLE "ConversationQuota" (
    "userId" UUID NOT NULL,
    "times" TIMESTAMPTZ(3)[],

    CONSTRAINT "ConversationQuota_pkey" PRIMARY KEY ("userId")
);

-- AddForeignKey
ALTER TABLE "ConversationQuota" ADD CONSTRAINT "ConversationQuota_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
