import { forbidden } from '../base/errors.ts';
import type { Database } from '../storage/prisma.ts';

/**
 * Makes the transaction wait until nobody else changes the rights of either user, and checks that the actor, who ends those of
 * the other, still has theirs: two administrators who end each other's rights at once would leave none. Changes by one actor
 * do not wait for each other. Throws FORBIDDEN.
 */
export async function endRightsOneAtATime(tx: Database, actorId: string, userId: string): Promise<void> {
  let isAdmin: boolean | undefined;
  // In one order, so that two who end each other's rights wait, and do not deadlock.
  for (const id of [actorId, userId].sort()) {
    if (id === userId) await tx.$queryRaw`SELECT FROM "User" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
    else isAdmin = (await shared(tx, id))[0]?.isAdmin;
  }
  if (!isAdmin) throw forbidden('You are no longer an administrator.');
}

function shared(tx: Database, id: string) {
  return tx.$queryRaw<{ isAdmin: boolean }[]>`SELECT "isAdmin" FROM "User" WHERE "id" = ${id}::uuid FOR SHARE`;
}
