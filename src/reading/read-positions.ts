import { parseWithDates } from '../events.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { inBatches } from '../storage/batches.ts';
import type { Query } from '../storage/pool.ts';

/** Moves positions of members up, if so; `locking`: what becomes of rows that somebody else holds. */
const statement = (locking: '' | 'SKIP LOCKED') => `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY AS want(room, reader, sequence, place)
  ), held AS MATERIALIZED (
    SELECT want.place, least(want.sequence, head."lastSequence") AS goal, reader."id"
    FROM want
    JOIN "RoomHead" head ON head."roomId" = want.room
    JOIN "Membership" reader
      ON reader."roomId" = want.room AND reader."userId" = want.reader AND reader."state" = 'JOINED'
    FOR NO KEY UPDATE OF reader ${locking}
  ), moved AS (
    UPDATE "Membership" reader SET "lastReadSequence" = furthest.goal
    FROM (SELECT "id", max(goal) AS goal FROM held GROUP BY "id") furthest
    WHERE reader."id" = furthest."id" AND reader."lastReadSequence" < furthest.goal
    RETURNING reader.*
  )
  SELECT held.place, moved."id" IS NOT NULL AS "hasMoved",
    (CASE WHEN moved."id" IS NULL THEN to_jsonb(reader) ELSE to_jsonb(moved) END)::text AS membership
  FROM held LEFT JOIN moved ON moved."id" = held."id" JOIN "Membership" reader ON reader."id" = held."id"`;

const together = statement('SKIP LOCKED');
const alone = statement('');

interface Row extends Record<string, unknown> {
  place: string;
  hasMoved: boolean;
  membership: string;
}

interface Reading {
  roomId: string;
  userId: string;
  /** 0 or more; beyond the newest message it means that one. */
  upToSequence: number;
}

interface Moved {
  membership: Membership;
  hasMoved: boolean;
}

/** Moves the read position of a member up, and never down; resolves after the commit, null for who is not a member. */
export type MoveReadPosition = (reading: Reading) => Promise<Moved | null>;

/** Those who read at a time share a commit. It waits for nobody's lock, as it holds many: who is in the way comes after. */
export function readPositionsIn(query: Query): MoveReadPosition {
  const moveTogether = inBatches((readings: Reading[]) => move(query, 'read together', together, readings));
  return async (reading) => {
    const moved = await moveTogether(reading);
    return moved ?? (await move(query, 'read alone', alone, [reading]))[0] ?? null;
  };
}

async function move(query: Query, name: string, text: string, readings: Reading[]): Promise<(Moved | null)[]> {
  const columns = [readings.map((r) => r.roomId), readings.map((r) => r.userId), readings.map((r) => r.upToSequence)];
  const answers = readings.map((): Moved | null => null);
  for (const { place, hasMoved, membership } of await query<Row>(name, text, columns)) {
    answers[Number(place) - 1] = { hasMoved, membership: parseWithDates(membership) as Membership };
  }
  return answers;
}
