import { isMemberSql } from '../access/standing.ts';
import { coalesce } from '../base/coalesce.ts';
import { limits } from '../base/limits.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { CappedCount } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { Query } from '../storage/pool.ts';
import { queryThrough } from '../storage/prisma.ts';
import { countsForMember } from './counts-for-member.ts';

/** How far a member has read, and what is unread. */
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

/** SQL: numbers of the messages that a member (`membership`) has not read: those after the position that count for the member. */
export const unreadOfMember = `
  SELECT m."sequence" FROM "Message" m
  WHERE m."roomId" = membership."roomId" AND m."sequence" > membership."lastReadSequence"
    AND ${countsForMember}`;

/** One more than the cap, to see whether there are more. */
const enough = limits.unreadCountCap + 1;

function capped(count: number): CappedCount {
  return { value: Math.min(count, limits.unreadCountCap), isCapped: count > limits.unreadCountCap };
}

/**
 * Loads the viewer's read states by the ids of their memberships; null where the viewer is not a member. One statement
 * loads all read states of one tick. It reads at most `unreadCountCap` + 1 entries of an index for each of them.
 */
export const readStates = loaderOf<ReadState & { id: string }>(
  async (context, ids) => {
    const { userId } = requireViewer(context);
    const rows = await context.db.$queryRaw<ReadStateRow[]>`
      SELECT membership."id", membership."lastReadSequence", counted.unread, first."id" AS "firstUnreadId"
      FROM "Membership" membership
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS unread, min("sequence") AS first
        FROM (${Prisma.raw(unreadOfMember)} ORDER BY m."sequence" LIMIT ${enough}) found
      ) counted
      LEFT JOIN "Message" first ON first."roomId" = membership."roomId" AND first."sequence" = counted.first
      WHERE membership."id" = ANY(${ids}::uuid[]) AND membership."userId" = ${userId}::uuid
        AND ${Prisma.raw(isMemberSql('membership'))}`;
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

/** Returns SQL that counts at most `limit` unread messages of each room, and at most `enough` of all rooms. */
const inEach = (limit: string) => `
  (SELECT count(*)::int FROM (
    SELECT FROM "Membership" membership CROSS JOIN LATERAL (${unreadOfMember} LIMIT ${limit}) m
    WHERE membership."userId" = want.id AND ${isMemberSql('membership')} LIMIT ${enough}
  ) found)`;

const statement = `
  SELECT want.number, ${inEach('1')} AS "rooms", ${inEach(`${enough}`)} AS "messages"
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)`;

/** The most users in one statement: after a message to a large room, thousands ask at once. */
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

/**
 * Returns a function that reads what a user has unread. Calls of all operations at the same time share statements.
 */
export function unreadFrom(query: Query): (userId: string) => Promise<UnreadSummary> {
  return coalesce((userIds) => loadUnread(query, userIds), usersAtOnce);
}

/** Returns what the user has unread, in the operation's snapshot if it has one. */
export async function countUnread({ db, isSnapshot, services }: Context, userId: string): Promise<UnreadSummary> {
  if (!isSnapshot) return services.reading.unreadOf(userId);
  const [summary] = await loadUnread(queryThrough(db), [userId]);
  return summary as UnreadSummary;
}
