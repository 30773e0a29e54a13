import { notFound } from '../base/errors.ts';
import type { PrismaClient, User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';
import { changeRightsOneAtATime } from './one-at-a-time.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * Lets a deactivated user sign in again. Their sessions and API keys stay ended, and what they lost stays lost: the rights of
 * an administrator, and the rooms that others own now. Repeating it is no error. Throws NOT_FOUND.
 */
export async function reactivateUser(context: Context, userId: string): Promise<User> {
  const { userId: actorId } = requireAdmin(context);
  const { prisma, users } = context.services;
  const user = await storeReactivation(prisma, userId, (tx) => changeRightsOneAtATime(tx, actorId, userId));
  if (!user) throw notFound('user', ['userId']);
  users.announce(userId);
  return user;
}

/**
 * Stores that a user is not deactivated any more; returns null if there is no such user. `check` runs first, in the same
 * transaction.
 */
export async function storeReactivation(
  prisma: PrismaClient,
  userId: string,
  check: (tx: Database) => Promise<void> = async () => {},
): Promise<User | null> {
  return prisma.$transaction(async (tx) => {
    await check(tx);
    const [user] = await tx.user.updateManyAndReturn({ where: { id: userId }, data: { deactivatedAt: null } });
    return user ?? null;
  });
}
