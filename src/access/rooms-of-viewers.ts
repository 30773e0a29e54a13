import { coalesce } from '../base/coalesce.ts';
import { type Membership, Prisma } from '../generated/prisma/client.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { columnsOf } from '../storage/columns.ts';
import { jsonRows, withDates } from '../storage/json-rows.ts';
import type { Query } from '../storage/pool.ts';

/**
 * SQL: rooms (`r`) with their counters. `LIMIT 1` makes PostgreSQL look up each counter by its key; a plan that was made while
 * the table was small could read all of it.
 */
export const roomsWithCountersSql = `
  SELECT ${columnsOf(Prisma.RoomScalarFieldEnum, 'r')}, h."memberCount", h."lastSequence"
  FROM "Room" r LEFT JOIN LATERAL (
    SELECT head."memberCount", head."lastSequence" FROM "RoomHead" head WHERE head."roomId" = r."id" LIMIT 1
  ) h ON TRUE`;
const rooms = `${roomsWithCountersSql} WHERE r."id" = ANY($1::uuid[])`;
const memberships = `
  SELECT own.* FROM unnest($1::uuid[], $2::uuid[]) AS want(room, viewer) CROSS JOIN LATERAL (
    SELECT ${columnsOf(Prisma.MembershipScalarFieldEnum, 't')} FROM "Membership" t
    WHERE t."roomId" = want.room AND t."userId" = want.viewer LIMIT 1
  ) own`;
const statement = `SELECT ${jsonRows(rooms)} AS rooms, ${jsonRows(memberships)} AS memberships`;

/** The columns of `Membership` that are dates. */
export const membershipDates = ['joinedAt', 'mutedUntil', 'bannedUntil'] as const;

interface Answer extends Record<string, unknown> {
  rooms: RoomRow[] | null;
  memberships: Membership[] | null;
}

interface Wanted {
  roomId: string;
  viewerId: string;
}

/** Reads rooms with their counters and with the membership of a viewer, in one statement; null for a missing room. */
export async function readRoomsOfViewers(query: Query, wanted: readonly Wanted[]): Promise<(RoomRow | null)[]> {
  const values = [wanted.map(({ roomId }) => roomId), wanted.map(({ viewerId }) => viewerId)];
  const [answer] = await query<Answer>('rooms of viewers', statement, values);
  const found = new Map(withDates(answer?.rooms ?? null, ['createdAt', 'archivedAt']).map((room) => [room.id, room]));
  const own = new Map(
    withDates(answer?.memberships ?? null, membershipDates).map((row) => [`${row.roomId} ${row.userId}`, row]),
  );
  return wanted.map(({ roomId, viewerId }) => {
    const room = found.get(roomId);
    const membership = own.get(`${roomId} ${viewerId}`);
    return room ? { ...room, viewerMembership: membership ? { ...membership, isCurrent: true } : null } : null;
  });
}

/** Returns a room with its counters and with the membership of a viewer, as committed at the time of the call. */
export type RoomOfViewer = (wanted: Wanted) => Promise<RoomRow | null>;

/** Combines the calls of all operations: when a stream begins, thousands of viewers read its room at once. */
export function roomsOfViewersFrom(query: Query): RoomOfViewer {
  return coalesce((wanted) => readRoomsOfViewers(query, wanted));
}
