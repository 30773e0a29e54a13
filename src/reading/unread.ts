import DataLoader from 'dataloader';
import { isMemberSql } from '../access/standing.ts';
import { type CappedCount, capped } from '../base/capped-count.ts';
import { coalesceDistinct } from '../base/coalesce.ts';
import { limits } from '../base/limits.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { inOrderOf, perOperation } from '../graphql/loaders.ts';
import type { ReadState } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import type { Query } from '../storage/pool.ts';
import { queryThrough } from '../storage/prisma.ts';
import { countsForMember, countsForNobody } from './counts-for-member.ts';

/** What is unread for one membership. */
export interface UnreadRow {
  id: string;
  roomId: string;
  lastReadSequence: number;
  /** Number of the newest message of the room. */
  lastSequence: number;
  /** Null if it was not read. */
  unread: number | null;
  firstUnreadSequence: number | null;
}

/** SQL: numbers of the messages that a member (`membership`) has not read: those after the position that count for the member. */
export const unreadOfMember = `
  SELECT m."sequence" FROM "Message" m
  WHERE m."roomId" = membership."roomId" AND m."sequence" > membership."lastReadSequence"
    AND ${countsForMember}`;

/** One more than the cap, to see whether there are more. */
const enough = limits.unreadCountCap + 1;

const unreadCount = (count: number) => capped(count, limits.unreadCountCap);

/** SQL: the number of the first message after a member's position that meets a condition; null if there is none. */
const firstAfter = (condition: string) => `(
  SELECT m."sequence" FROM "Message" m
  WHERE m."roomId" = membership."roomId" AND m."sequence" > membership."lastReadSequence" AND ${condition}
  ORDER BY m."sequence" LIMIT 1)`;

/**
 * SQL: the columns `unread` and `firstUnreadSequence`, of the rows `membership` and `head` (the counters of its room). Both are
 * null unless the user is a member and the SQL `condition` is true. The SQL `withFirst` says whether to look for the first
 * unread message.
 *
 * Sequences have no gaps, and sending moves the read position to the member's own message. So if no message after the position
 * is of those that count for nobody, `unread` is the newest sequence minus the position. This takes two fifths of the time of
 * counting 60 messages. Otherwise, the database counts messages, and stops at `unreadCountCap` + 1.
 */
export function unreadColumns({ withFirst, condition }: { withFirst: string; condition: string }): string {
  const isWanted = `(${isMemberSql('membership')} AND ${condition})`;
  const after = 'head."lastSequence" - membership."lastReadSequence"';
  const counted = `SELECT count(*)::int FROM (${unreadOfMember} ORDER BY m."sequence" LIMIT ${enough}) found`;
  return `
    CASE WHEN NOT ${isWanted} THEN NULL WHEN ${after} <= 0 THEN 0
      WHEN ${firstAfter(countsForNobody)} IS NULL THEN least(${after}, ${enough})
      ELSE (${counted}) END AS unread,
    CASE WHEN ${withFirst} AND ${isWanted} AND ${after} > 0 THEN ${firstAfter(countsForMember)} END AS "firstUnreadSequence"`;
}

export function readStateOf(row: Omit<UnreadRow, 'id'>): ReadState {
  const { roomId, lastReadSequence, lastSequence, unread, firstUnreadSequence } = row;
  return { roomId, lastReadSequence, lastSequence, unread: unreadCount(unread ?? 0), firstUnreadSequence };
}

const ownReadStates = `
  SELECT membership."id", membership."roomId", membership."lastReadSequence", head."lastSequence",
    ${unreadColumns({ withFirst: 'TRUE', condition: 'TRUE' })}
  FROM "Membership" membership CROSS JOIN LATERAL (
    SELECT counters."lastSequence" FROM "RoomHead" counters WHERE counters."roomId" = membership."roomId" LIMIT 1
  ) head
  WHERE membership."id" = ANY($1::uuid[]) AND membership."userId" = $2::uuid AND ${isMemberSql('membership')}`;

/**
 * Loads the viewer's read states by the ids of their memberships; null where the viewer is not a member. One statement
 * loads all read states of one tick.
 */
export const readStates = perOperation((context) => {
  const { userId } = requireViewer(context);
  return new DataLoader<string, ReadState | null>(async (ids) => {
    const rows = await queryOf(context)<UnreadRow & Record<string, unknown>>('read states', ownReadStates, [
      ids,
      userId,
    ]);
    return inOrderOf(ids, rows, ({ id }) => id).map((row) => row && readStateOf(row));
  });
});

/** What is unread in all of a user's rooms. */
export interface UnreadSummary {
  /** Rooms with at least one unread message. */
  rooms: CappedCount;
  messages: CappedCount;
}

/**
 * Looks into each room of a user once, for a first unread message. Only rooms that have one are counted; so many that are
 * enough for `rooms` also have enough messages.
 */
const statement = `
  SELECT want.number, counts."rooms", counts."messages"
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number) CROSS JOIN LATERAL (
    WITH unread AS MATERIALIZED (
      SELECT membership."roomId", membership."userId", membership."lastReadSequence"
      FROM "Membership" membership CROSS JOIN LATERAL (${unreadOfMember} LIMIT 1) m
      WHERE membership."userId" = want.id AND ${isMemberSql('membership')} LIMIT ${enough}
    )
    SELECT (SELECT count(*)::int FROM unread) AS "rooms", (SELECT count(*)::int FROM (
      SELECT FROM unread membership CROSS JOIN LATERAL (${unreadOfMember} LIMIT ${enough}) m LIMIT ${enough}
    ) found) AS "messages"
  ) counts`;

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
    summaries[Number(number) - 1] = { rooms: unreadCount(rooms), messages: unreadCount(messages) };
  }
  return summaries;
}

/**
 * Returns a function that reads what a user has unread. Calls of all operations at the same time share statements.
 */
export function unreadFrom(query: Query): (userId: string) => Promise<UnreadSummary> {
  return coalesceDistinct((userIds) => loadUnread(query, userIds), usersAtOnce);
}

/** Returns what the user has unread, in the operation's snapshot if it has one. */
export async function countUnread({ db, isSnapshot, services }: Context, userId: string): Promise<UnreadSummary> {
  if (!isSnapshot) return services.reading.unreadOf(userId);
  const [summary] = await loadUnread(queryThrough(db), [userId]);
  return summary as UnreadSummary;
}
