import { conflict, invalidInput } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { userTopic } from '../log/topics.ts';
import type { BlocksChanged } from '../notifications/user-news.ts';
import { requireUser } from '../users/require.ts';

const path = ['userId'];

/**
 * Blocks a user: they can no longer open conversations with the viewer, add them to rooms, or notify them. Blocking again is
 * not an error. Throws INVALID_INPUT, NOT_FOUND, CONFLICT.
 */
export async function blockUser(context: Context, blockedId: string): Promise<void> {
  const { userId } = requireViewer(context);
  const { prisma } = context.services;
  if (blockedId === userId) throw invalidInput('You cannot block yourself.', path, 'self');
  await requireUser(prisma, blockedId, path);
  const isBlocked = await prisma.block.findUnique({ where: { userId_blockedId: { userId, blockedId } } });
  if (!isBlocked && (await prisma.block.count({ where: { userId } })) >= limits.blockedUsers) {
    throw conflict(`You have blocked ${limits.blockedUsers} users, which is the limit. Unblock one first.`, path);
  }
  await prisma.block.createMany({ data: { userId, blockedId }, skipDuplicates: true });
  announce(context, userId);
}

/** Ends a block of the viewer. For a user who is not blocked, nothing changes. Throws NOT_FOUND. */
export async function unblockUser(context: Context, blockedId: string): Promise<void> {
  const { userId } = requireViewer(context);
  const { prisma } = context.services;
  await requireUser(prisma, blockedId, path);
  await prisma.block.deleteMany({ where: { userId, blockedId } });
  announce(context, userId);
}

/** Announces on every node, also after a repeat: the first announcement may have been lost. */
function announce({ services }: Context, userId: string): void {
  const news: BlocksChanged = { type: 'BLOCKS_CHANGED' };
  services.bus.publish(userTopic(userId), news);
}
