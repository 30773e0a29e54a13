import { ofMembers } from '../access/standing.ts';
import { blocked } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

interface Approach {
  /** The users whom the viewer approaches, in the order of the input. */
  userIds: readonly string[];
  /** The input field of the users. */
  field: string;
  /** The room that the viewer adds them to; they may be members of it already. */
  roomId?: string;
}

/** Throws BLOCKED, with the path of the user, if one of these users has blocked the viewer. */
export async function requireUnblocked(context: Context, { userIds, field, roomId }: Approach): Promise<void> {
  const { userId: blockedId } = requireViewer(context);
  const { prisma } = context.services;
  const blocks = await prisma.block.findMany({
    where: { blockedId, userId: { in: [...userIds] } },
    select: { userId: true },
  });
  if (blocks.length === 0) return;
  const blockers = new Set(blocks.map(({ userId }) => userId));
  if (roomId) {
    const where = { roomId, userId: { in: [...blockers] }, ...ofMembers };
    for (const { userId } of await prisma.membership.findMany({ where })) blockers.delete(userId);
  }
  const index = userIds.findIndex((userId) => blockers.has(userId));
  if (index >= 0) throw blocked([field, String(index)]);
}
