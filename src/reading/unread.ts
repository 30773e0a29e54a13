import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { CappedCount } from '../connections.ts';
import { type Context, requireViewer } from '../context.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { limits } from '../limits.ts';
import { countsForPlace } from './counts-for-place.ts';

/** How far a member has read, and what is left. */
export interface ReadState {
  lastReadSequence: number;
  unread: CappedCount;
  /** Id of a message; null only if nothing is unread. */
  firstUnreadId: string | null;
}

interface ReadStateRow extends Omit<ReadState, 'unread'> {
  id: string;
  unread: number;
}

/** Numbers of the messages that a member (`place`) has not read: what others wrote after the position, and did not delete. */
const unreadOfPlace = Prisma.raw(`
  SELECT m."sequence" FROM "Message" m
  WHERE m."roomId" = place."roomId" AND m."sequence" > place."lastReadSequence"
    AND ${countsForPlace}`);

/** One more than is counted, to see whether there are more. */
const enough = limits.unreadCountCap + 1;

function capped(count: number): CappedCount {
  return { value: Math.min(count, limits.unreadCountCap), isCapped: count > limits.unreadCountCap };
}

/**
 * The viewer's read states by the ids of their memberships, null where they are no member (any more); one statement for
 * all that an operation asks, which reads at most `unreadCountCap` + 1 entries of an index each.
 */
export const readStates = createContextCache((context: Context) => {
  const { userId } = requireViewer(context);
  return new DataLoader<string, ReadState | null>(async (ids) => {
    const rows = await context.db.$queryRaw<ReadStateRow[]>`
      SELECT place."id", place."lastReadSequence", counted.unread, first."id" AS "firstUnreadId"
      FROM "Membership" place
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS unread, min("sequence") AS first
        FROM (${unreadOfPlace} ORDER BY m."sequence" LIMIT ${enough}) found
      ) counted
      LEFT JOIN "Message" first ON first."roomId" = place."roomId" AND first."sequence" = counted.first
      WHERE place."id" = ANY(${ids}::uuid[]) AND place."userId" = ${userId}::uuid AND place."state" = 'JOINED'`;
    const byId = new Map(rows.map(({ id, unread, ...row }) => [id, { ...row, unread: capped(unread) }]));
    return ids.map((id) => byId.get(id) ?? null);
  });
});

/** What is unread in all of a user's rooms. */
export interface UnreadSummary {
  /** Rooms with at least one unread message. */
  rooms: CappedCount;
  messages: CappedCount;
}

/** One statement, which stops as soon as it has counted enough. */
export async function countUnread({ db }: Context, userId: string): Promise<UnreadSummary> {
  const inEach = (limit: number) => Prisma.sql`
    (SELECT count(*)::int FROM (
      SELECT FROM "Membership" place CROSS JOIN LATERAL (${unreadOfPlace} LIMIT ${limit}) m
      WHERE place."userId" = ${userId}::uuid AND place."state" = 'JOINED' LIMIT ${enough}
    ) found)`;
  const [row] = await db.$queryRaw<{ rooms: number; messages: number }[]>`
    SELECT ${inEach(1)} AS "rooms", ${inEach(enough)} AS "messages"`;
  return { rooms: capped(row?.rooms ?? 0), messages: capped(row?.messages ?? 0) };
}
