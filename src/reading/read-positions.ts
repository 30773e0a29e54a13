import { setTimeout as pause } from 'node:timers/promises';
import { isMemberSql } from '../access/standing.ts';
import { coalesce } from '../base/coalesce.ts';
import { rateLimited } from '../base/errors.ts';
import { parseWithDates } from '../base/json-dates.ts';
import type { Membership } from '../generated/prisma/client.ts';
import type { Query } from '../storage/pool.ts';
import { lockRetryMs } from '../storage/timeouts.ts';

/** Moves positions of members up. Skips memberships that another transaction has locked, and says which. */
const statement = `
  WITH want AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY AS want(room, reader, sequence, number)
  ), held AS MATERIALIZED (
    SELECT want.number, least(want.sequence, head."lastSequence") AS goal, reader."id"
    FROM want
    CROSS JOIN LATERAL (SELECT "lastSequence" FROM "RoomHead" WHERE "roomId" = want.room LIMIT 1) head
    CROSS JOIN LATERAL (
      SELECT own."id" FROM "Membership" own
      WHERE own."roomId" = want.room AND own."userId" = want.reader AND ${isMemberSql('own')}
      LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) reader
  ), moved AS (
    UPDATE "Membership" reader SET "lastReadSequence" = furthest.goal
    FROM (SELECT "id", max(goal) AS goal FROM held GROUP BY "id") furthest
    WHERE reader."id" = furthest."id" AND reader."id" = ANY (ARRAY(SELECT "id" FROM held))
      AND reader."lastReadSequence" < furthest.goal
    RETURNING reader.*
  )
  SELECT want.number, held."id" IS NULL AS "isLocked", moved."id" IS NOT NULL AS "hasMoved",
    (CASE WHEN moved."id" IS NULL THEN to_jsonb(own) ELSE to_jsonb(moved) END)::text AS membership
  FROM want
  CROSS JOIN LATERAL (
    SELECT * FROM "Membership" WHERE "roomId" = want.room AND "userId" = want.reader LIMIT 1
  ) own
  LEFT JOIN held ON held.number = want.number
  LEFT JOIN moved ON moved."id" = held."id"
  WHERE ${isMemberSql('own')}`;

/** The first and the longest pause between attempts while a membership is locked. */
const firstPauseMs = 20;
const longestPauseMs = 200;

interface Row extends Record<string, unknown> {
  number: string;
  isLocked: boolean;
  hasMoved: boolean;
  membership: string;
}

interface Reading {
  roomId: string;
  userId: string;
  /** 0 or more. A number above that of the newest message means the newest one. */
  upToSequence: number;
}

interface Moved {
  membership: Membership;
  hasMoved: boolean;
}

/**
 * Moves the read position of a member up, and never down; resolves after the commit, to null if the user is not a member.
 * Rejects with RATE_LIMITED if another transaction keeps the membership locked.
 */
export type MoveReadPosition = (reading: Reading) => Promise<Moved | null>;

/**
 * Combines the calls of one moment into one commit. A statement never waits for a lock, as other members would wait for its
 * connection; a locked membership is retried.
 */
export function readPositionsIn(write: Query): MoveReadPosition {
  const tryToMove = coalesce((readings: Reading[]) => move(write, readings));
  return async (reading) => {
    const givingUpAt = performance.now() + lockRetryMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const moved = await tryToMove(reading);
      if (moved !== 'LOCKED') return moved;
      if (performance.now() > givingUpAt) throw rateLimited('The membership is locked by another change. Try again.');
      await pause(pauseMs);
    }
  };
}

async function move(write: Query, readings: Reading[]): Promise<(Moved | 'LOCKED' | null)[]> {
  const columns = [readings.map((r) => r.roomId), readings.map((r) => r.userId), readings.map((r) => r.upToSequence)];
  const answers = readings.map((): Moved | 'LOCKED' | null => null);
  for (const { number, isLocked, hasMoved, membership } of await write<Row>('read up to', statement, columns)) {
    const moved = { hasMoved, membership: parseWithDates(membership) as Membership };
    answers[Number(number) - 1] = isLocked ? 'LOCKED' : moved;
  }
  return answers;
}
