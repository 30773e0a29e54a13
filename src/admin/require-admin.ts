import { forbidden } from '../base/errors.ts';
import { type Context, requireViewer, type Viewer } from '../graphql/context.ts';
import type { Database } from '../storage/prisma.ts';

/** Returns the viewer, who is an administrator or an API key. Throws FORBIDDEN for everybody else. */
export function requireAdmin(context: Pick<Context, 'viewer'>): Viewer {
  const viewer = requireViewer(context);
  if (!viewer.isAdmin) throw forbidden('Only administrators and API keys can do this.');
  return viewer;
}

/**
 * Does what `requireAdmin` does, and asks the database: an open connection may learn only seconds later that the rights of its
 * user have ended, and what it changes until then would last.
 */
export async function requireAdminNow(context: Context): Promise<Viewer> {
  const viewer = requireAdmin(context);
  const where = { id: viewer.userId };
  requireStillAdmin(await context.services.prisma.user.findUnique({ where, select: { isAdmin: true } }));
  return viewer;
}

/** Does what `requireAdminNow` does, and the rights do not end before the commit. This writes into the row of the viewer. */
export async function requireAdminUntilCommit(context: Context, tx: Database): Promise<void> {
  requireStillAdmin(await sharedRights(tx, requireAdmin(context).userId));
}

interface Rights {
  isAdmin: boolean;
}

/** Reads the rights of a user, and keeps them as they are until the transaction ends. */
export async function sharedRights(tx: Database, userId: string): Promise<Rights | null> {
  const [rights] = await tx.$queryRaw<Rights[]>`SELECT "isAdmin" FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`;
  return rights ?? null;
}

export function requireStillAdmin(rights: Rights | null): void {
  if (!rights?.isAdmin) throw forbidden('You are no longer an administrator.');
}
