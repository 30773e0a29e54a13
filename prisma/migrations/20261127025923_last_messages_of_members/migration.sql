-- Slow mode reads the time of a member's last message from their membership, which every message updates in any case. The index
-- of messages by author was another entry for each message.
ALTER TABLE "Membership" ADD COLUMN     "lastMessageAt" TIMESTAMPTZ(3);

-- Versions before this one did not always move the position of a member to their own message. Unread counts rely on that now.
UPDATE "Membership" member
SET "lastMessageAt" = last.at, "lastReadSequence" = greatest(member."lastReadSequence", last.sequence)
FROM (
  SELECT "roomId", "authorId", max("createdAt") AS at, max("sequence") AS sequence FROM "Message"
  WHERE "authorId" IS NOT NULL GROUP BY "roomId", "authorId"
) last
WHERE member."roomId" = last."roomId" AND member."userId" = last."authorId";

DROP INDEX "Message_roomId_authorId_sequence_idx";
