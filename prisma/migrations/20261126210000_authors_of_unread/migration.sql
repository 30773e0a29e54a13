-- Own messages are not unread. With their authors in the index, counting reads no messages, except those of pages that
-- changed since the last vacuum.
DROP INDEX "Message_unread_idx";
CREATE INDEX "Message_unread_idx" ON "Message"("roomId", "sequence") INCLUDE ("authorId")
  WHERE "kind" = 'USER' AND "deletedAt" IS NULL;
