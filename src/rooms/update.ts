import { requireReadableRoom } from '../access/membership.ts';
import { isMember } from '../access/standing.ts';
import { forbidden, invalidInput, roomArchived } from '../base/errors.ts';
import { clearable } from '../base/text.ts';
import type { Room, RoomRole } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { changeRoom } from '../log/change-room.ts';
import type { RoomLog } from '../log/room-log.ts';
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
  const data = {
    name: name === undefined ? undefined : requireRoomName(name),
    topic: clearable(topic, requireTopic),
    avatarUrl: clearable(avatarUrl, requireAvatar),
  };
  return governRoom(context, roomId, ['OWNER', 'MODERATOR'], async ({ tx, room }) => {
    if (room.archivedAt) throw roomArchived(['roomId']);
    const isChange = Object.entries(data).some(
      ([field, value]) => value !== undefined && room[field as never] !== value,
    );
    return isChange ? tx.room.update({ where: { id: roomId }, data }) : null;
  });
}

/** Archives a room that the viewer owns: it can only be read from then on. Throws NOT_FOUND, FORBIDDEN. */
export async function archiveRoom(context: Context, roomId: string): Promise<Room> {
  return governRoom(context, roomId, ['OWNER'], async ({ tx, room, now }) =>
    room.archivedAt ? null : tx.room.update({ where: { id: roomId }, data: { archivedAt: now } }),
  );
}

/** Runs `change` for a member with one of these roles, and records the changed room, if it returns one. */
async function governRoom(
  context: Context,
  roomId: string,
  roles: readonly RoomRole[],
  change: (log: RoomLog) => Promise<Room | null>,
): Promise<Room> {
  const { userId } = requireViewer(context);
  await requireReadableRoom(context, roomId);
  return changeRoom(context.services, { roomId, actorId: userId }, async (log) => {
    const own = await log.findActorMembership();
    if (!isMember(own) || !roles.includes(own.role)) {
      throw forbidden(`Only the room's ${roles.map((role) => role.toLowerCase()).join(' or ')} may do this.`, [
        'roomId',
      ]);
    }
    const room = await change(log);
    if (!room) return log.room;
    log.record({ ...log.next(), type: 'ROOM_UPDATED', room });
    return room;
  });
}
