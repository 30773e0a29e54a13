import { notFound } from '../base/errors.ts';
import { type Membership, Prisma, type Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { columnsOf } from '../storage/columns.ts';
import { queryThrough } from '../storage/prisma.ts';
import { redactedRoom } from './redacted-room.ts';
import { notAMember, requireReading } from './refusals.ts';
import { loadRooms } from './room-rows.ts';
import { readRoomsOfViewers } from './rooms-of-viewers.ts';
import { mayRead, standingOf } from './standing.ts';

/** The memberships of a user ($2) of rooms ($1), each looked up by its key. */
const ownStatement = `
  SELECT own.* FROM unnest($1::uuid[]) AS want(room) CROSS JOIN LATERAL (
    SELECT ${columnsOf(Prisma.MembershipScalarFieldEnum, 't')} FROM "Membership" t
    WHERE t."roomId" = want.room AND t."userId" = $2::uuid LIMIT 1
  ) own`;

/** Loads the viewer's memberships, in any state, by the id of the room. One statement loads all ids of one tick. */
export const viewerMemberships = loaderOf<Membership>(
  async (context, roomIds) => {
    const { userId } = requireViewer(context);
    return queryOf(context)<Membership & Record<string, unknown>>('own memberships', ownStatement, [roomIds, userId]);
  },
  ({ roomId }) => roomId,
);

/** Returns those of the rooms that the viewer may read. A private room of others is absent, like a missing one. */
async function findReadableRooms(context: Context, ids: string[]): Promise<RoomRow[]> {
  const rooms = await (context.readsAhead ? findRoomsOfViewer(context, ids) : findRooms(context, ids));
  const readable = await Promise.all(rooms.map((room) => isReadable(context, room)));
  return rooms.filter((_room, index) => readable[index]).map((room) => asShown(context, room));
}

async function isReadable(context: Context, room: RoomRow): Promise<boolean> {
  // A reader whose access has just ended may still see which room it was.
  if (room.id === context.admittedTo || context.accessEnd?.(room.id)) return true;
  const { viewerMembership: known } = room;
  const own = known === undefined ? await viewerMemberships(context).load(room.id) : known;
  return mayRead(room, own) || mayInspect(context, room.id);
}

/**
 * Returns whether the viewer may read a private room of others, and logs it if so; once for each operation, as loaders
 * ask once. Only queries ask: subscriptions and changes need a membership.
 */
function mayInspect({ services, viewer }: Context, roomId: string): boolean {
  const { logPrivateRead } = services.access;
  if (!logPrivateRead || !viewer?.isAdmin) return false;
  logPrivateRead({ userId: viewer.userId, sessionId: viewer.sessionId, roomId });
  return true;
}

/** Reads rooms with the viewer's memberships, which the loader of memberships then knows too. */
async function findRoomsOfViewer(context: Context, ids: string[]): Promise<RoomRow[]> {
  const { isSnapshot, services } = context;
  const { userId: viewerId } = requireViewer(context);
  const wanted = ids.map((roomId) => ({ roomId, viewerId }));
  const found = isSnapshot
    ? await readRoomsOfViewers(queryOf(context), wanted)
    : await Promise.all(wanted.map(services.access.roomOfViewer));
  const rooms = found.filter((room) => room !== null);
  for (const { id, viewerMembership } of rooms) viewerMemberships(context).prime(id, viewerMembership ?? null);
  return rooms;
}

/** Returns the room as the reader may see it: redacted once their access has ended. */
export function asShown(context: Context, room: RoomRow): RoomRow {
  return context.accessEnd?.(room.id) ? redactedRoom(room) : room;
}

/** Returns rooms without asking who may read them. */
export async function findRooms({ db, isSnapshot, services }: Context, ids: string[]): Promise<Room[]> {
  const rooms = isSnapshot
    ? await loadRooms(queryThrough(db), ids)
    : await Promise.all(ids.map(services.access.roomOf));
  return rooms.filter((room) => room !== null);
}

/** Loads rooms by id, null if the viewer may not read them. Two statements load all ids of one tick. */
export const readableRooms = loaderOf<RoomRow>(findReadableRooms, ({ id }) => id);

/**
 * Returns the membership of an event as the reader may see it. An event that is read from the log has the current membership.
 * If the reader's access has ended, this hides what may have changed since then in memberships of other users.
 */
export function membershipShown(context: Context, membership: MembershipRow): MembershipRow {
  const end = context.accessEnd?.(membership.roomId);
  if (!end || context.readerIs(membership.userId)) return membership;
  const shown = { ...membership, role: 'MEMBER' as const };
  return membership.stateEventNumber > end.eventNumber ? { ...shown, state: 'JOINED', joinedAt: null } : shown;
}

/**
 * Returns the room of an object that the viewer was allowed to read. If the viewer has left the room since, the room is
 * redacted and not absent.
 */
export async function roomShown(context: Context, roomId: string): Promise<RoomRow> {
  const readable = await readableRooms(context).load(roomId);
  if (readable) return readable;
  const [room] = await findRooms(context, [roomId]);
  if (!room) throw new Error(`Room ${roomId} does not exist`);
  return redactedRoom(room);
}

/** Throws the error for a viewer who is not a member: NOT_FOUND, BANNED or, if they may read the room, FORBIDDEN. */
export async function refuseOutsider(context: Context, roomId: string): Promise<never> {
  const path = ['roomId'];
  const [room] = await findRooms(context, [roomId]);
  if (!room) throw notFound('room', path);
  requireReading(standingOf(room, await viewerMemberships(context).load(roomId)), path);
  throw notAMember(path);
}

/** Memberships by id, null if the viewer may not read their room. */
export const readableMemberships = loaderOf<Membership>(
  async (context, ids) =>
    inReadableRooms(context, await context.db.membership.findMany({ where: { id: { in: ids } } })),
  ({ id }) => id,
);

/** Returns those of the rows whose room the viewer may read. */
export async function inReadableRooms<Row extends { roomId: string }>(
  context: Context,
  rows: readonly Row[],
): Promise<Row[]> {
  const rooms = await Promise.all(rows.map(({ roomId }) => readableRooms(context).load(roomId)));
  return rows.filter((_row, index) => rooms[index]);
}
