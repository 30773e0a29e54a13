-- CreateIndex
CREATE INDEX "Message_roomId_authorId_sequence_idx" ON "Message"("roomId", "authorId", "sequence");

-- The few bans and mutes, in the order in which they run out. The schema cannot say what these indexes hold.
CREATE INDEX "Membership_bannedUntil_idx" ON "Membership"("bannedUntil") WHERE "bannedUntil" IS NOT NULL;
CREATE INDEX "Membership_mutedUntil_idx" ON "Membership"("mutedUntil") WHERE "mutedUntil" IS NOT NULL;
