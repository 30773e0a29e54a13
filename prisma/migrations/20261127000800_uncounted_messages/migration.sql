-- The messages that are unread for nobody: those of the server and those that were deleted. If there is none after the position
-- of a member, unread messages need not be counted.
CREATE INDEX "Message_uncounted_idx" ON "Message"("roomId", "sequence")
  WHERE NOT ("kind" = 'USER' AND "deletedAt" IS NULL);
