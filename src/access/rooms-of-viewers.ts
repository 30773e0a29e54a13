import { coalesce } from '../base/coalesce.ts';
import { type Membership, Prisma, type Room } from '../generated/prisma/client.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { columnsOf } from '../storage/columns.ts';
import { byId, type DatesOf, type JsonRows, jsonTable } from '../storage/json-rows.ts';
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

export const roomDates: DatesOf<Room> = { createdAt: true, archivedAt: true };
/** Rooms with their counters, as JSON. */
export const roomRows = jsonTable<RoomRow>(
  [...Object.values(Prisma.RoomScalarFieldEnum), 'memberCount', 'lastSequence'],
  roomDates,
);

export const membershipColumns = Object.values(Prisma.MembershipScalarFieldEnum);
export const membershipDates: DatesOf<Membership> = {
  joinedAt: true,
  lastMessageAt: true,
  mutedUntil: true,
  bannedUntil: true,
};
/** Memberships as JSON. */
export const membershipRows = jsonTable<Membership>(membershipColumns, membershipDates);

const statement = `SELECT ${roomRows.sql(rooms)} AS rooms, ${membershipRows.sql(memberships)} AS memberships`;

interface Answer extends Record<string, unknown> {
  rooms: JsonRows;
  memberships: JsonRows;
}

interface Wanted {
  roomId: string;
  viewerId: string;
}

/** Reads rooms with their counters and with the membership of a viewer, in one statement; null for a missing room. */
export async function readRoomsOfViewers(query: Query, wanted: readonly Wanted[]): Promise<(RoomRow | null)[]> {
  const values = [wanted.map(({ roomId }) => roomId), wanted.map(({ viewerId }) => viewerId)];
  const [answer] = await query<Answer>('rooms of viewers', statement, values);
  const found = byId(roomRows.rows(answer?.rooms));
  const own = new Map(membershipRows.rows(answer?.memberships).map((row) => [`${row.roomId} ${row.userId}`, row]));
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
