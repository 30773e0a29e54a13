import { conflict, forbidden, notFound } from '../base/errors.ts';
import type { User } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { changeRightsOneAtATime } from './one-at-a-time.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * Makes a user an administrator, or ends that. Nobody can end it for themselves, and two can not end it for each other, so
 * that an administrator is left. Throws NOT_FOUND, FORBIDDEN, and CONFLICT if the user is deactivated.
 */
export async function setAdmin(
  context: Context,
  { userId, isAdmin }: { userId: string; isAdmin: boolean },
): Promise<User> {
  const { userId: actorId } = requireAdmin(context);
  const isOwn = actorId === userId;
  if (isOwn && !isAdmin) throw forbidden('You cannot end your own rights. Ask another administrator.', ['isAdmin']);
  const { prisma, sessions, users } = context.services;
  const [changed] = await prisma.$transaction(async (tx) => {
    await changeRightsOneAtATime(tx, actorId, userId);
    const where = { id: userId, ...(isAdmin && { deactivatedAt: null }) };
    return tx.user.updateManyAndReturn({ where, data: { isAdmin } });
  });
  if (!changed) throw await refusal(context, userId);
  sessions.announceAdmin({ userId, isAdmin });
  users.announce(userId);
  return changed;
}

async function refusal({ services }: Context, userId: string) {
  const isKnown = (await services.prisma.user.count({ where: { id: userId } })) > 0;
  return isKnown
    ? conflict('The user is deactivated. Call `reactivateUser` first.', ['userId'])
    : notFound('user', ['userId']);
}
