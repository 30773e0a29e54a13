-- AlterTable
ALTER TABLE "RoomHead" ADD COLUMN     "lastEventAt" TIMESTAMPTZ(3);

-- Of the logs that are there already
UPDATE "RoomHead" head SET "lastEventAt" = COALESCE(
  (SELECT "createdAt" FROM "Message" WHERE "roomId" = head."roomId" AND "eventNumber" = head."lastEventNumber"),
  (SELECT "occurredAt" FROM "RoomEvent" WHERE "roomId" = head."roomId" AND "eventNumber" = head."lastEventNumber")
);
