import { requireReadableRoom } from '../access/membership.ts';
import { isConversation, isMember } from '../access/standing.ts';
import { forbidden, invalidInput, roomArchived } from '../base/errors.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { changeRoom } from '../log/change-room.ts';
import { requireUsers } from '../users/require.ts';
import { admit } from './admit.ts';

/** The most users that one call adds. */
export const maxAdded = 100;

/**
 * Adds users to a room that the viewer is a member of: all of them or, on any error, none. Returns the memberships of all
 * users, also of those who were members before.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED, ROOM_ARCHIVED.
 */
export async function addMembers(context: Context, roomId: string, userIds: readonly string[]): Promise<Membership[]> {
  const viewer = requireViewer(context);
  await requireReadableRoom(context, roomId);
  if (userIds.length === 0 || userIds.length > maxAdded) {
    throw invalidInput(`Got ${userIds.length} users; expected 1 to ${maxAdded}.`, ['userIds'], 'items');
  }
  await requireUsers(context.db, userIds, ['userIds']);

  return changeRoom(context.services, { roomId, actorId: viewer.userId }, async (log) => {
    const { room } = log;
    if (isConversation(room)) throw forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']);
    const own = await log.findActorMembership();
    if (!isMember(own)) throw forbidden('Only members can add users. Join the room first.', ['roomId']);
    if (room.archivedAt) throw roomArchived(['roomId']);
    return admit(log, userIds);
  });
}
