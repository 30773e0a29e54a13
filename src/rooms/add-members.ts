import { rightMissing } from '../access/refusals.ts';
import { requireRight } from '../access/require-right.ts';
import { banned, invalidInput } from '../base/errors.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { adding, addMembers as addition } from '../log/changes/add-members.ts';
import { requireUsers } from '../users/require.ts';

/** The most users that one call adds. */
export const maxAdded = 100;

/**
 * Adds users to a room that the viewer is a member of: all of them or, on any error, none. Returns the memberships of all
 * users, also of those who were members before.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED, MUTED, ROOM_ARCHIVED.
 */
export async function addMembers(context: Context, roomId: string, userIds: readonly string[]): Promise<Membership[]> {
  const { userId: actorId } = requireViewer(context);
  await requireRight(context, roomId, 'ADD_MEMBERS');
  if (userIds.length === 0 || userIds.length > maxAdded) {
    throw invalidInput(`Got ${userIds.length} users; expected 1 to ${maxAdded}.`, ['userIds'], 'items');
  }
  await requireUsers(context.db, userIds, ['userIds']);

  const change = adding({ roomId, actorId }, userIds);
  const { verdict, memberships } = await context.services.log.writer.write(addition, change);
  if (!memberships) {
    if (verdict === 'GUEST_BANNED') throw banned();
    throw rightMissing({ refusal: verdict, permission: 'ADD_MEMBERS' }, ['roomId']);
  }
  const byUser = new Map(memberships.map((membership) => [membership.userId, membership]));
  return userIds.flatMap((userId) => byUser.get(userId) ?? []);
}
