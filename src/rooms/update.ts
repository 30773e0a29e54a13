import { requireReadableRoom, viewerMemberships } from '../access/membership.ts';
import { isMember } from '../access/standing.ts';
import { banned, forbidden, invalidInput, notFound, roomArchived } from '../base/errors.ts';
import { clearable } from '../base/text.ts';
import type { Room, RoomRole } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type RoomUpdate, type UpdateRefusal, updateRoom as update } from '../log/changes/update-room.ts';
import { requireAvatar, requireRoomName, requireTopic } from './attributes.ts';

interface RoomChange {
  roomId: string;
  name?: string | null;
  topic?: string | null;
  avatarUrl?: string | null;
}

/**
 * Changes name, topic or picture of a room that the viewer owns or moderates. Fields that are undefined stay; null
 * removes a topic or a picture. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, ROOM_ARCHIVED.
 */
export async function updateRoom(context: Context, { roomId, name, topic, avatarUrl }: RoomChange): Promise<Room> {
  if (name === null) throw invalidInput('`name` cannot be null.', ['name'], 'required');
  return change(context, {
    roomId,
    name: name === undefined ? undefined : requireRoomName(name),
    topic: clearable(topic, requireTopic),
    avatarUrl: clearable(avatarUrl, requireAvatar),
    roles: ['OWNER', 'MODERATOR'],
  });
}

/** Archives a room that the viewer owns: it can only be read from then on. Throws NOT_FOUND, FORBIDDEN. */
export function archiveRoom(context: Context, roomId: string): Promise<Room> {
  return change(context, { roomId, isArchived: true, roles: ['OWNER'] });
}

async function change(context: Context, wanted: Omit<RoomUpdate, 'actorId'>): Promise<Room> {
  const { userId: actorId } = requireViewer(context);
  // A group changes a room once. Refused here, the attempts of other users do not delay those who may change it.
  const own = await viewerMemberships(context).load(wanted.roomId);
  if (!isMember(own)) await requireReadableRoom(context, wanted.roomId);
  if (!isMember(own) || !wanted.roles.includes(own.role)) throw refusals.FORBIDDEN(wanted.roles);
  const { verdict, room } = await context.services.log.writer.write(update, { ...wanted, actorId });
  if (!room) throw refusals[verdict](wanted.roles);
  return room;
}

const refusals: Record<UpdateRefusal, (roles: readonly RoomRole[]) => Error> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  BANNED: () => banned(['roomId']),
  FORBIDDEN: (roles) =>
    forbidden(`Only the room's ${roles.map((role) => role.toLowerCase()).join(' or ')} may do this.`, ['roomId']),
  ARCHIVED: () => roomArchived(['roomId']),
};
