import { requireReadableRoom, viewerMemberships } from '../access/membership.ts';
import { isMember, isPublic } from '../access/standing.ts';
import { notFound, roomArchived } from '../base/errors.ts';
import type { Membership, Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { changeRoom } from '../log/change-room.ts';
import { admit } from './admit.ts';

/**
 * Makes the viewer a member of a public room. A private room can be joined only by its members, for whom nothing changes.
 * Throws NOT_FOUND, ROOM_ARCHIVED, BANNED.
 */
export async function joinRoom(context: Context, roomId: string): Promise<{ membership: Membership; room: Room }> {
  const { userId } = requireViewer(context);
  const room = await requireReadableRoom(context, roomId);
  const membership = await viewerMemberships(context).load(roomId);
  if (isMember(membership)) return { membership, room };

  return changeRoom(context.services, { roomId, actorId: userId }, async (log) => {
    if (!isPublic(log.room)) throw notFound('room', ['roomId']);
    if (log.room.archivedAt) throw roomArchived(['roomId']);
    const [joined] = await admit(log, [userId]);
    if (!joined) throw new Error('A joining user was not admitted');
    return { membership: joined, room: log.room };
  });
}
