import { banned, forbidden, notFound } from '../base/errors.ts';
import type { Membership, Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryThrough } from '../storage/prisma.ts';
import { redactedRoom } from './redacted-room.ts';
import { loadRooms } from './room-rows.ts';
import { isPublic, mayRead } from './standing.ts';

/** The viewer's membership of each room by its id, in any state; one statement for all that an operation asks. */
export const viewerMemberships = loaderOf<Membership>(
  async (context, roomIds) => {
    const { userId } = requireViewer(context);
    return context.db.membership.findMany({ where: { userId, roomId: { in: roomIds } } });
  },
  ({ roomId }) => roomId,
);

/** Of these rooms, those that the viewer may see: a foreign private room is absent like a missing one. */
async function findReadableRooms(context: Context, ids: string[]): Promise<RoomRow[]> {
  const rooms = await findRooms(context, ids);
  const readable = await Promise.all(rooms.map((room) => isReadable(context, room)));
  return rooms.filter((_room, index) => readable[index]).map((room) => asShown(context, room));
}

async function isReadable(context: Context, room: Room): Promise<boolean> {
  // Of a room that the reader was in until a moment ago, they may still see that it is the one.
  if (room.id === context.admittedTo || context.accessEnd?.(room.id)) return true;
  return mayRead(room, await viewerMemberships(context).load(room.id));
}

/** The room as the reader may see it: closed once their access to it has ended. */
export function asShown(context: Context, room: RoomRow): RoomRow {
  return context.accessEnd?.(room.id) ? redactedRoom(room) : room;
}

async function findRooms({ db, isSnapshot, services }: Context, ids: string[]): Promise<Room[]> {
  const rooms = isSnapshot
    ? await loadRooms(queryThrough(db), ids)
    : await Promise.all(ids.map(services.access.roomOf));
  return rooms.filter((room) => room !== null);
}

/** Rooms by id, null for those that the viewer may not see; two statements for all that an operation asks at a time. */
export const readableRooms = loaderOf<RoomRow>(findReadableRooms, ({ id }) => id);

/**
 * The membership that an event tells of, as the reader may see it. Read from the log, it is as it is now: of others, nothing
 * is shown that may have changed after the reader's access ended.
 */
export function membershipShown(context: Context, membership: MembershipRow): MembershipRow {
  const end = context.accessEnd?.(membership.roomId);
  if (!end || context.readerIs(membership.userId)) return membership;
  const shown = { ...membership, role: 'MEMBER' as const };
  return membership.stateEventNumber > end.eventNumber ? { ...shown, state: 'JOINED', joinedAt: null } : shown;
}

/**
 * The room of something that the viewer has been shown. They may have left it since that was read; it is closed then, and
 * not absent.
 */
export async function roomShown(context: Context, roomId: string): Promise<RoomRow> {
  const readable = await readableRooms(context).load(roomId);
  if (readable) return readable;
  const [room] = await findRooms(context, [roomId]);
  if (!room) throw new Error(`There is no room ${roomId}`);
  return redactedRoom(room);
}

/**
 * The room, if the viewer may see it. Throws NOT_FOUND, the same for a missing and for a foreign private room, and
 * BANNED for a public one, which is no secret.
 */
export async function requireReadableRoom(context: Context, id: string, path = ['roomId']): Promise<Room> {
  const [room] = await findRooms(context, [id]);
  if (!room) throw notFound('room', path);
  if (mayRead(room, await viewerMemberships(context).load(id))) return room;
  throw isPublic(room) ? banned(path) : notFound('room', path);
}

/** Refuses what only members may do: with NOT_FOUND or BANNED where they may not see the room, else FORBIDDEN. */
export async function refuseOutsider(context: Context, roomId: string): Promise<never> {
  await requireReadableRoom(context, roomId);
  throw forbidden('Only members of the room can do this. Join it first.', ['roomId']);
}

/** Memberships by id, null for those in rooms that the viewer may not see. */
export const readableMemberships = loaderOf<Membership>(
  async (context, ids) =>
    inReadableRooms(context, await context.db.membership.findMany({ where: { id: { in: ids } } })),
  ({ id }) => id,
);

/** Of these rows, those that belong to rooms which the viewer may see. */
export async function inReadableRooms<Row extends { roomId: string }>(
  context: Context,
  rows: readonly Row[],
): Promise<Row[]> {
  const rooms = await Promise.all(rows.map(({ roomId }) => readableRooms(context).load(roomId)));
  return rows.filter((_row, index) => rooms[index]);
}
