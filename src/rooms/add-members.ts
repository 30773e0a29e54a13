import { requireReadableRoom, viewerMemberships } from '../access/membership.ts';
import { isMember } from '../access/standing.ts';
import { banned, type ChatError, forbidden, invalidInput, notFound, roomArchived } from '../base/errors.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type AddRefusal, adding, addMembers as addition } from '../log/changes/add-members.ts';
import { requireUsers } from '../users/require.ts';

/** The most users that one call adds. */
export const maxAdded = 100;

/**
 * Adds users to a room that the viewer is a member of: all of them or, on any error, none. Returns the memberships of all
 * users, also of those who were members before.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED, ROOM_ARCHIVED.
 */
export async function addMembers(context: Context, roomId: string, userIds: readonly string[]): Promise<Membership[]> {
  const { userId: actorId } = requireViewer(context);
  await requireReadableRoom(context, roomId);
  // Refused here, the attempts of other users do not delay those of members: a group adds a user to a room once.
  if (!isMember(await viewerMemberships(context).load(roomId))) throw refusals.NOT_A_MEMBER();
  if (userIds.length === 0 || userIds.length > maxAdded) {
    throw invalidInput(`Got ${userIds.length} users; expected 1 to ${maxAdded}.`, ['userIds'], 'items');
  }
  await requireUsers(context.db, userIds, ['userIds']);

  const change = adding({ roomId, actorId }, userIds);
  const { verdict, memberships } = await context.services.log.writer.write(addition, change);
  if (!memberships) throw refusals[verdict]();
  const byUser = new Map(memberships.map((membership) => [membership.userId, membership]));
  return userIds.flatMap((userId) => byUser.get(userId) ?? []);
}

const refusals: Record<AddRefusal, () => ChatError> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  BANNED: () => banned(['roomId']),
  FIXED: () => forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']),
  NOT_A_MEMBER: () => forbidden('Only members can add users. Join the room first.', ['roomId']),
  ARCHIVED: () => roomArchived(['roomId']),
  GUEST_BANNED: () => banned(),
};
