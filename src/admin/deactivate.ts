import { isWithin } from '../base/deadlines.ts';
import { forbidden, notFound } from '../base/errors.ts';
import type { PrismaClient, User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';
import { changeRightsOneAtATime } from './one-at-a-time.ts';
import { requireAdmin } from './require-admin.ts';

/** How long a deactivation waits for the rooms of the user to be handed over. Later ones follow after the answer. */
const handOverMs = 1000;

/**
 * Deactivates a user: ends their sessions and API keys on every node, and refuses every later sign-in. Memberships and
 * messages stay; private rooms that only the user owned get another owner, now or, if they are too busy, later. Repeating it is
 * no error. Throws NOT_FOUND, and FORBIDDEN for the viewer.
 */
export async function deactivateUser(context: Context, userId: string, path = ['userId']): Promise<User> {
  const { userId: actorId } = requireAdmin(context);
  if (actorId === userId) throw forbidden('You cannot end your own account.', path);
  const { prisma, sessions, users, handOvers } = context.services;
  const ended = await storeDeactivation(prisma, userId, (tx) => changeRightsOneAtATime(tx, actorId, userId));
  if (!ended) throw notFound('user', path);
  for (const id of ended.sessionIds) sessions.end(id);
  users.announce(userId);
  await isWithin(handOvers.complete(ended.handOver), handOverMs);
  return ended.user;
}

/**
 * Stores that a user is deactivated, with the end of their sessions and API keys, and that their private rooms are to be handed
 * over. Returns the sessions that this ended; null if there is no such user. `check` runs first, in the same transaction.
 * Running nodes notice within seconds, also without an announcement; they hand over the rooms within half a minute.
 */
export async function storeDeactivation(
  prisma: PrismaClient,
  userId: string,
  check: (tx: Database) => Promise<void> = async () => {},
) {
  const now = new Date();
  return prisma.$transaction(async (tx) => {
    await check(tx);
    // First, as it locks the user: a session that is created meanwhile waits for this row, and is refused then.
    await tx.user.updateMany({
      where: { id: userId, deactivatedAt: null },
      data: { deactivatedAt: now, isAdmin: false },
    });
    const user = await tx.user.findUnique({ where: { id: userId } });
    if (!user) return null;
    const revoked = { where: { userId, revokedAt: null }, data: { revokedAt: now } };
    await tx.apiKey.updateMany(revoked);
    const sessions = await tx.session.updateManyAndReturn({ ...revoked, select: { id: true, expiresAt: true } });
    const running = sessions.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    const wanted = { userId, wantedAt: now };
    const handOver = await tx.handOver.upsert({ where: { userId }, create: wanted, update: wanted });
    return { user, handOver, sessionIds: running.map(({ id }) => id) };
  });
}
