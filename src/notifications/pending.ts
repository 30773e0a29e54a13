import type { MessageRow } from '../events.ts';
import { parseWithDates } from '../events.ts';
import type { NotificationLevel } from '../generated/prisma/client.ts';
import { countsForPlace } from '../reading/counts-for-place.ts';
import { inBatches } from '../storage/batches.ts';
import type { Query } from '../storage/pool.ts';

/** A room of a user, as far as notifications go. */
export interface NotifiedRoom {
  roomId: string;
  level: NotificationLevel;
  /** Number of the room's newest message. */
  lastSequence: number;
}

/** What a user has not taken notice of yet. */
export interface Pending {
  rooms: NotifiedRoom[];
  /** The oldest, at most `pendingShown`. */
  messages: MessageRow[];
  /** How many there are in all, at most one more than `pendingCounted`. */
  count: number;
}

/** Pending notifications in one snapshot. */
export const pendingShown = 100;
/** Where counting them stops. */
export const pendingCounted = 1000;

/**
 * Messages that a membership (`place`) has pending: those of others in rooms that are not silenced, after what the user
 * has read or acknowledged. In order of time, which within a room is that of their numbers.
 */
export const pendingOfPlace = `
  SELECT m.* FROM "Message" m
  WHERE place."notificationLevel" = 'ALL' AND m."roomId" = place."roomId"
    AND m."sequence" > greatest(place."lastReadSequence", place."lastNotifiedSequence")
    AND ${countsForPlace}`;

/** All in one statement, so that rooms and messages are of the same moment. */
const statement = `
  SELECT want.number,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'roomId', place."roomId", 'level', place."notificationLevel", 'lastSequence', head."lastSequence"))
      FROM "Membership" place JOIN "RoomHead" head ON head."roomId" = place."roomId"
      WHERE place."userId" = want.id AND place."state" = 'JOINED'
    ), '[]')::text AS rooms,
    coalesce((
      SELECT jsonb_agg(to_jsonb(m) || jsonb_build_object('author', to_jsonb(author))
        ORDER BY m."createdAt", m."roomId", m."sequence")
      FROM (
        SELECT m.* FROM "Membership" place
        CROSS JOIN LATERAL (${pendingOfPlace} ORDER BY m."sequence" LIMIT $2) m
        WHERE place."userId" = want.id AND place."state" = 'JOINED'
        ORDER BY m."createdAt", m."roomId", m."sequence" LIMIT $2
      ) m LEFT JOIN "User" author ON author."id" = m."authorId"
    ), '[]')::text AS messages,
    (
      SELECT count(*)::int FROM (
        SELECT FROM "Membership" place
        CROSS JOIN LATERAL (${pendingOfPlace} LIMIT $3) m
        WHERE place."userId" = want.id AND place."state" = 'JOINED' LIMIT $3
      ) counted
    ) AS count
  FROM unnest($1::uuid[]) WITH ORDINALITY AS want(id, number)`;

interface Row extends Record<string, unknown> {
  number: string;
  rooms: string;
  messages: string;
  count: number;
}

/** What users have pending; one statement for all who ask at a time. */
export function pendingFrom(query: Query): (userId: string) => Promise<Pending> {
  return inBatches(async (userIds) => {
    const rows = await query<Row>('pending', statement, [userIds, pendingShown, pendingCounted + 1]);
    const answers = userIds.map((): Pending => ({ rooms: [], messages: [], count: 0 }));
    for (const { number, rooms, messages, count } of rows) {
      answers[Number(number) - 1] = {
        rooms: JSON.parse(rooms) as NotifiedRoom[],
        messages: parseWithDates(messages) as MessageRow[],
        count,
      };
    }
    return answers;
  }, 50);
}
