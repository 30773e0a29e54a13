import { parseWithDates } from '../events.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { Query } from '../storage/pool.ts';

// A single row is locked, and none while it is waited for: this waits for a room's writer at times, and never blocks one
// that waits for it.
const statement = `
  WITH moved AS (
    UPDATE "Membership" reader SET "lastReadSequence" = least($3, head."lastSequence")
    FROM "RoomHead" head
    WHERE head."roomId" = $1 AND reader."roomId" = $1 AND reader."userId" = $2 AND reader."state" = 'JOINED'
      AND reader."lastReadSequence" < least($3, head."lastSequence")
    RETURNING reader.*
  )
  SELECT to_jsonb(moved)::text AS membership, true AS "hasMoved" FROM moved
  UNION ALL
  SELECT to_jsonb(reader)::text, false FROM "Membership" reader
  WHERE "roomId" = $1 AND "userId" = $2 AND "state" = 'JOINED' AND NOT EXISTS (SELECT FROM moved)`;

interface Row {
  membership: string;
  hasMoved: boolean;
}

interface Reading {
  roomId: string;
  userId: string;
  /** 0 or more; beyond the newest message it means that one. */
  upToSequence: number;
}

/** Moves the read position of a member up, and never down; resolves after the commit, null for who is not a member. */
export type MoveReadPosition = (reading: Reading) => Promise<{ membership: Membership; hasMoved: boolean } | null>;

export function readPositionsIn(query: Query): MoveReadPosition {
  return async ({ roomId, userId, upToSequence }) => {
    const [row] = await query<Row & Record<string, unknown>>('move read position', statement, [
      roomId,
      userId,
      upToSequence,
    ]);
    return row ? { membership: parseWithDates(row.membership) as Membership, hasMoved: row.hasMoved } : null;
  };
}
