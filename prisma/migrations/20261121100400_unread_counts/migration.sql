-- What counts as unread, so that thousands of joins or deleted messages in a row are not read through to count a few
-- others. The schema cannot say what it holds.
CREATE INDEX "Message_unread_idx" ON "Message"("roomId", "sequence") WHERE "kind" = 'USER' AND "deletedAt" IS NULL;

-- Every message and every reading moves a position. A fifth of each page is left free, so that the new version of a row
-- stays on its page and touches no index (HOT).
ALTER TABLE "Membership" SET (fillfactor = 80);
