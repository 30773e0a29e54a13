import { isMemberSql } from '../access/standing.ts';
import { coalesce } from '../base/coalesce.ts';
import { limits } from '../base/limits.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { CappedCount } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { Query } from '../storage/pool.ts';
import { queryThrough } from '../storage/prisma.ts';
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
const unreadOfPlace = `
  SELECT m."sequence" FROM "Message" m
  WHERE m."roomId" = place."roomId" AND m."sequence" > place."lastReadSequence"
    AND ${countsForPlace}`;

/** One more than is counted, to see whether there are more. */
const enough = limits.unreadCountCap + 1;

function capped(count: number): CappedCount {
  return { value: Math.min(count, limits.unreadCountCap), isCapped: count > limits.unreadCountCap };
}

/**
 * The viewer's read states by the ids of their memberships, null where they are no member (any more); one statement for
 * all that an operation asks, which reads at most `unreadCountCap` + 1 entries of an index each.
 */
export const readStates = loaderOf<ReadState & { id: string }>(
  async (context, ids) => {
    const { userId } = requireViewer(context);
    const rows = await context.db.$queryRaw<ReadStateRow[]>`
      SELECT place."id", place."lastReadSequence", counted.unread, first."id" AS "firstUnreadId"
      FROM "Membership" place
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS unread, min("sequence") AS first
        FROM (${Prisma.raw(unreadOfPlace)} ORDER BY m."sequence" LIMIT ${enough}) found
      ) counted
      LEFT JOIN "Message" first ON first."roomId" = place."roomId" AND first."sequence" = counted.first
      WHERE place."id" = ANY(${ids}::uuid[]) AND place."userId" = ${userId}::uuid
        AND ${Prisma.raw(isMemberSql('place'))}`;
    return rows.map(({ unread, ...row }) => ({ ...row, unread: capped(unread) }));
  },
  ({ id }) => id,
);

/** What is unread in all of a user's rooms. */
export interface UnreadSummary {
  /** Rooms with at least one unread message. */
  rooms: CappedCount;
  messages: CappedCount;
}

/** Counts stop as soon as they are enough. */
const inEach = (limit: string) => `
  (SELECT count(*)::int FROM (
    SELECT FROM "Membership" place CROSS JOIN LATERAL (${unreadOfPlace} LIMIT ${limit}) m
    WHERE place."userId" = want.id AND ${isMemberSql('place')} LIMIT ${enough}
  ) found)`;

const statement = `
  SELECT want.number, ${inEach('1')} AS "rooms", ${inEach(`${enough}`)} AS "messages"
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)`;

/** Users whose counts are read in one statement: a message to a large room makes thousands ask at once. */
const usersAtOnce = 100;

interface CountsRow extends Record<string, unknown> {
  number: string;
  rooms: number;
  messages: number;
}

/** Returns what each of the users has unread, in one statement. */
async function loadUnread(query: Query, userIds: readonly string[]): Promise<UnreadSummary[]> {
  const summaries: UnreadSummary[] = [];
  for (const { number, rooms, messages } of await query<CountsRow>('unread', statement, [userIds])) {
    summaries[Number(number) - 1] = { rooms: capped(rooms), messages: capped(messages) };
  }
  return summaries;
}

/** Combines the calls of all operations that ask what users have unread. */
export function unreadFrom(query: Query): (userId: string) => Promise<UnreadSummary> {
  return coalesce((userIds) => loadUnread(query, userIds), usersAtOnce);
}

/** Returns what the user has unread, in the operation's snapshot if it has one. */
export async function countUnread({ db, isSnapshot, services }: Context, userId: string): Promise<UnreadSummary> {
  if (!isSnapshot) return services.reading.unreadOf(userId);
  const [summary] = await loadUnread(queryThrough(db), [userId]);
  return summary as UnreadSummary;
}
