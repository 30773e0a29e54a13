-- CreateTable
CREATE TABLE "RoomQuota" (
    "userId" UUID NOT NULL,
    "times" TIMESTAMPTZ(3)[],

    CONSTRAINT "RoomQuota_pkey" PRIMARY KEY ("userId")
);

-- AddForeignKey
ALTER TABLE "RoomQuota" ADD CONSTRAINT "RoomQuota_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
