import { rightMissing } from '../access/refusals.ts';
import { requireRight } from '../access/require-right.ts';
import { ofMembers } from '../access/standing.ts';
import { invalidInput, newcomerBanned } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { requireUnblocked } from '../blocking/require-unblocked.ts';
import type { Membership } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type Addition, adding, addMembers as addition } from '../log/changes/add-members.ts';
import { requireUsers } from '../users/require.ts';
import { additions, withinQuota } from './quota.ts';

/** The most users that one call adds. */
export const maxAdded = 100;
export const additionsRule = `Users who are not administrators add at most ${limits.additionsPerHour} per hour.`;

/**
 * Adds users to a room that the viewer is a member of: all of them or, on any error, none. Returns the memberships of all
 * users, also of those who were members before.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED, MUTED, ROOM_ARCHIVED, BLOCKED, RATE_LIMITED.
 */
export async function addMembers(context: Context, roomId: string, userIds: readonly string[]): Promise<Membership[]> {
  const { userId: actorId } = requireViewer(context);
  await requireRight(context, roomId, 'ADD_MEMBERS');
  if (userIds.length === 0 || userIds.length > maxAdded) {
    throw invalidInput(`Got ${userIds.length} users; expected 1 to ${maxAdded}.`, ['userIds'], 'items');
  }
  await requireUsers(context.db, userIds, ['userIds']);
  await requireUnblocked(context, { userIds, field: 'userIds', roomId });

  const change = adding({ roomId, actorId }, userIds);
  const memberships = await withinQuota(context, {
    kind: additions,
    count: await countOthers(context, roomId, userIds),
    path: ['userIds'],
    run: () => write(context, change),
    doneSince: (at, all) => all.filter(({ joinedAt }) => joinedAt !== null && joinedAt >= at).length,
  });
  const byUser = new Map(memberships.map((membership) => [membership.userId, membership]));
  return userIds.flatMap((userId) => byUser.get(userId) ?? []);
}

/** Returns how many of these users are not members of the room. */
async function countOthers({ services }: Context, roomId: string, userIds: readonly string[]): Promise<number> {
  const all = [...new Set(userIds)];
  return (
    all.length - (await services.prisma.membership.count({ where: { roomId, userId: { in: all }, ...ofMembers } }))
  );
}

async function write({ services }: Context, change: Addition): Promise<Membership[]> {
  const { verdict, memberships } = await services.log.writer.write(addition, change);
  if (memberships) return memberships;
  if (verdict === 'NEWCOMER_BANNED') throw newcomerBanned(['userIds']);
  throw rightMissing({ refusal: verdict, permission: 'ADD_MEMBERS' }, ['roomId']);
}
