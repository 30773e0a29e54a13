import { isMemberSql } from '../access/standing.ts';
import { coalesceDistinct } from '../base/coalesce.ts';
import type { NotificationLevel } from '../generated/prisma/client.ts';
import { countsForPlace } from '../reading/counts-for-place.ts';
import type { Query } from '../storage/pool.ts';
import { type PendingMessages, pendingMessagesFrom } from './pending-messages.ts';

/** A room of a user, as far as notifications go. */
export interface NotifiedRoom {
  roomId: string;
  level: NotificationLevel;
}

/** What a user has not taken notice of yet. The same object for all of their devices that ask at a time. */
export interface ViewerSnapshot {
  type: 'VIEWER_SNAPSHOT';
  /** With the number of each one's newest message. */
  rooms: readonly (NotifiedRoom & { lastSequence: number })[];
  /** The oldest, at most `pendingShown`; loaded when they are first asked for. */
  messages: PendingMessages;
  /** How many there are in all, at most one more than `pendingCounted`. */
  count: number;
}

/** Pending notifications in one snapshot. */
export const pendingShown = 100;
/** Where counting them stops. */
export const pendingCounted = 1000;

/** Users in one statement: each may have many rooms, with many messages in each. */
const usersAtOnce = 10;

/**
 * Messages that a membership (`place`) has pending: those of others in rooms that are not silenced, after what the user
 * has read or acknowledged. In order of time, which within a room is that of their numbers.
 */
export const pendingOfPlace = `
  SELECT m.* FROM "Message" m
  WHERE place."notificationLevel" = 'ALL' AND m."roomId" = place."roomId"
    AND m."sequence" > greatest(place."lastReadSequence", place."lastNotifiedSequence")
    AND ${countsForPlace}`;

/** All in one statement, so that rooms and messages are of the same moment. Of the messages, not their texts. */
const snapshotStatement = `
  SELECT want.number,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'roomId', place."roomId", 'level', place."notificationLevel", 'lastSequence', head."lastSequence"))
      FROM "Membership" place JOIN "RoomHead" head ON head."roomId" = place."roomId"
      WHERE place."userId" = want.id AND ${isMemberSql('place')}
    ), '[]')::text AS rooms,
    shown.ids::text[] AS ids, shown.bytes,
    (
      SELECT count(*)::int FROM (
        SELECT FROM "Membership" place
        CROSS JOIN LATERAL (${pendingOfPlace} LIMIT $3) m
        WHERE place."userId" = want.id AND ${isMemberSql('place')} LIMIT $3
      ) counted
    ) AS count
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)
  CROSS JOIN LATERAL (
    SELECT array_agg(m."id" ORDER BY m."createdAt", m."roomId", m."sequence") AS ids,
      sum(octet_length(m."text"))::int AS bytes
    FROM (
      SELECT m.* FROM "Membership" place
      CROSS JOIN LATERAL (${pendingOfPlace} ORDER BY m."sequence" LIMIT $2) m
      WHERE place."userId" = want.id AND ${isMemberSql('place')}
      ORDER BY m."createdAt", m."roomId", m."sequence" LIMIT $2
    ) m
  ) shown`;

const roomsStatement = `
  SELECT want.number, place."roomId", place."notificationLevel"::text AS level
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)
  JOIN "Membership" place ON place."userId" = want.id AND ${isMemberSql('place')}`;

interface SnapshotRow extends Record<string, unknown> {
  number: string;
  rooms: string;
  ids: string[] | null;
  bytes: number | null;
  count: number;
}

/** What users have pending; one statement for those who ask at a time. */
export function snapshotsFrom(query: Query): (userId: string) => Promise<ViewerSnapshot> {
  const messagesOf = pendingMessagesFrom(query);
  return coalesceDistinct(async (userIds: string[]) => {
    const values = [userIds, pendingShown, pendingCounted + 1];
    const answers: ViewerSnapshot[] = [];
    for (const { number, rooms, ids, bytes, count } of await query<SnapshotRow>('pending', snapshotStatement, values)) {
      const userId = userIds[Number(number) - 1] as string;
      answers[Number(number) - 1] = {
        type: 'VIEWER_SNAPSHOT',
        rooms: JSON.parse(rooms) as ViewerSnapshot['rooms'],
        messages: messagesOf({ userId, ids: ids ?? [], bytes: bytes ?? 0 }),
        count,
      };
    }
    return answers;
  }, usersAtOnce);
}

/** The rooms of users, to listen to. */
export function notifiedRoomsFrom(query: Query): (userId: string) => Promise<NotifiedRoom[]> {
  return coalesceDistinct(async (userIds: string[]) => {
    const answers = userIds.map((): NotifiedRoom[] => []);
    const rows = await query<NotifiedRoom & { number: string }>('notified rooms', roomsStatement, [userIds]);
    for (const { number, roomId, level } of rows) answers[Number(number) - 1]?.push({ roomId, level });
    return answers;
  });
}
