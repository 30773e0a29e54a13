-- The members of a room with a role, of whom there are few. Without it, PostgreSQL read all members to find another owner.
CREATE INDEX CONCURRENTLY "Membership_leaders_idx" ON "Membership"("roomId", "role", "id")
  WHERE "state" = 'JOINED' AND "role" <> 'MEMBER';
