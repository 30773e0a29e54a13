import { isMember } from '../access/standing.ts';
import type { Context } from '../graphql/context.ts';
import { formerMembers, withinQuota } from '../rooms/quota.ts';

interface Target {
  roomId: string;
  userId: string;
}

/**
 * Writes a change of a membership; counts it if the user is a former member. They get each such change with its reason, and
 * cannot leave a room that they left: without a limit, anyone who once added them to a group could write to them for ever.
 * A user who never joined gets none. Throws RATE_LIMITED.
 */
export async function moderateWithinQuota<Outcome extends { verdict: string }>(
  context: Context,
  target: Target,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  return withinQuota(context, {
    kind: formerMembers,
    count: (await isFormerMember(context, target)) ? 1 : 0,
    path: ['userId'],
    run,
    doneSince: (_at, { verdict }) => (verdict === 'WRITTEN' ? 1 : 0),
  });
}

async function isFormerMember({ services }: Context, { roomId, userId }: Target): Promise<boolean> {
  const membership = await services.prisma.membership.findFirst({ where: { roomId, userId } });
  return membership !== null && membership.joinedAt !== null && !isMember(membership);
}
