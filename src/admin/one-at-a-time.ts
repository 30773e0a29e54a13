import type { Database } from '../storage/prisma.ts';
import { requireStillAdmin, sharedRights } from './require-admin.ts';

/**
 * Makes the transaction wait until nobody else changes the rights of either user, and checks that the actor, who changes those
 * of the other, still has theirs: two administrators who end each other's rights at once would leave none. Changes by one actor
 * do not wait for each other. Throws FORBIDDEN.
 */
export async function changeRightsOneAtATime(tx: Database, actorId: string, userId: string): Promise<void> {
  // In one order, so that two who end each other's rights wait, and do not deadlock.
  for (const id of [actorId, userId].sort()) {
    if (id === userId) await tx.$queryRaw`SELECT FROM "User" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
    if (id === actorId) requireStillAdmin(await sharedRights(tx, id));
  }
}
