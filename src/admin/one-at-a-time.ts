import { forbidden } from '../base/errors.ts';
import type { Database } from '../storage/prisma.ts';

/** An arbitrary number that no other lock of ours has. */
const lockKey = 7_023_114_881;

/**
 * Makes the transaction wait until no other one takes the rights of an administrator away, and checks that the user who makes
 * the change still has them: two administrators who end each other's rights at once would leave none. Throws FORBIDDEN.
 */
export async function endRightsOneAtATime(tx: Database, actorId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockKey})`;
  const actor = await tx.user.findUnique({ where: { id: actorId }, select: { isAdmin: true } });
  if (!actor?.isAdmin) throw forbidden('You are no administrator any more.');
}
