import { isMemberSql } from '../access/standing.ts';
import { coalesceDistinct } from '../base/coalesce.ts';
import type { NotificationLevel } from '../generated/prisma/client.ts';
import { countsForMember } from '../reading/counts-for-member.ts';
import type { Query } from '../storage/pool.ts';
import { type PendingMessages, pendingMessagesFrom } from './pending-messages.ts';

/** A room of a user, with the user's notification level of it. */
export interface NotifiedRoom {
  roomId: string;
  level: NotificationLevel;
}

/** The pending notifications of a user. Devices that ask at the same time get the same object. */
export interface ViewerSnapshot {
  type: 'VIEWER_SNAPSHOT';
  /** The user's rooms, each with the numbers of its newest message and of the last one that the user has read. */
  rooms: readonly (NotifiedRoom & { lastSequence: number; lastReadSequence: number })[];
  /** The oldest pending messages, at most `pendingShown`; loaded when they are first asked for. */
  messages: PendingMessages;
  /** The users whom the user has blocked: their messages are no notifications. */
  blockedIds: readonly string[];
  /** How many are pending, at most one more than `pendingCounted`. */
  count: number;
}

/** The most pending notifications in one snapshot. */
export const pendingShown = 100;
/** The number at which counting of pending notifications stops. */
export const pendingCounted = 1000;

/** The most users in one statement: each may have many rooms with many messages. */
const usersAtOnce = 10;

/**
 * SQL that selects the pending messages of a member (`membership`): all that follow the last message that the member has read
 * or acknowledged. It selects none if the member has silenced the room, and none of a user whom the
 * member has blocked (`blocked`: a row of `blockedBy`). Messages of one room that are sorted by number are
 * also sorted by time.
 */
export const pendingOfMember = `
  SELECT m.* FROM "Message" m
  WHERE membership."notificationLevel" = 'ALL' AND m."roomId" = membership."roomId"
    AND m."sequence" > greatest(membership."lastReadSequence", membership."lastNotifiedSequence")
    AND ${countsForMember} AND (m."authorId" = ANY (blocked.ids)) IS NOT TRUE`;

/** SQL: one row with the users whom a user has blocked, as `ids`. `OFFSET 0`: it is read once, and not for each message. */
export const blockedBy = (user: string) => `
  (SELECT ARRAY(SELECT block."blockedId" FROM "Block" block WHERE block."userId" = ${user}) AS ids OFFSET 0)`;

/** SQL: the memberships that make the user `want.id` a member. Their order keeps PostgreSQL from reading another index. */
const memberships = `
  SELECT own.* FROM "Membership" own WHERE own."userId" = want.id AND ${isMemberSql('own')} ORDER BY own."id" OFFSET 0`;

/** Reads rooms and the ids of messages in one statement, so that both are of the same moment. */
const snapshotStatement = `
  SELECT want.number,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'roomId', membership."roomId", 'level', membership."notificationLevel", 'lastSequence', head."lastSequence",
        'lastReadSequence', membership."lastReadSequence"))
      FROM (${memberships}) membership CROSS JOIN LATERAL (
        SELECT counters."lastSequence" FROM "RoomHead" counters WHERE counters."roomId" = membership."roomId" LIMIT 1
      ) head
    ), '[]')::text AS rooms,
    shown.ids::text[] AS ids, shown.bytes, blocked.ids::text[] AS blocked,
    (
      SELECT count(*)::int FROM (
        SELECT FROM (${memberships}) membership CROSS JOIN LATERAL (${pendingOfMember} LIMIT $3) m LIMIT $3
      ) counted
    ) AS count
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)
  CROSS JOIN LATERAL ${blockedBy('want.id')} blocked
  CROSS JOIN LATERAL (
    SELECT array_agg(m."id" ORDER BY m."createdAt", m."roomId", m."sequence") AS ids,
      sum(octet_length(m."text"))::int AS bytes
    FROM (
      SELECT m.* FROM (${memberships}) membership
      CROSS JOIN LATERAL (${pendingOfMember} ORDER BY m."sequence" LIMIT $2) m
      ORDER BY m."createdAt", m."roomId", m."sequence" LIMIT $2
    ) m
  ) shown`;

const roomsStatement = `
  SELECT want.number, membership."roomId", membership."notificationLevel"::text AS level
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)
  CROSS JOIN LATERAL (${memberships}) membership`;

interface SnapshotRow extends Record<string, unknown> {
  number: string;
  rooms: string;
  ids: string[] | null;
  bytes: number | null;
  blocked: string[];
  count: number;
}

/** Returns a function that reads the snapshot of a user. Calls at the same time share a statement. */
export function snapshotsFrom(query: Query): (userId: string) => Promise<ViewerSnapshot> {
  const messagesOf = pendingMessagesFrom(query);
  return coalesceDistinct(async (userIds: string[]) => {
    const values = [userIds, pendingShown, pendingCounted + 1];
    const answers: ViewerSnapshot[] = [];
    for (const { number, rooms, ids, bytes, blocked, count } of await query<SnapshotRow>(
      'pending',
      snapshotStatement,
      values,
    )) {
      const userId = userIds[Number(number) - 1] as string;
      answers[Number(number) - 1] = {
        type: 'VIEWER_SNAPSHOT',
        rooms: JSON.parse(rooms) as ViewerSnapshot['rooms'],
        blockedIds: blocked,
        messages: messagesOf({ userId, ids: ids ?? [], bytes: bytes ?? 0 }),
        count,
      };
    }
    return answers;
  }, usersAtOnce);
}

/** Returns a function that reads the rooms of a user. Calls at the same time share a statement. */
export function notifiedRoomsFrom(query: Query): (userId: string) => Promise<NotifiedRoom[]> {
  return coalesceDistinct(async (userIds: string[]) => {
    const answers = userIds.map((): NotifiedRoom[] => []);
    const rows = await query<NotifiedRoom & { number: string }>('notified rooms', roomsStatement, [userIds]);
    for (const { number, roomId, level } of rows) answers[Number(number) - 1]?.push({ roomId, level });
    return answers;
  });
}
