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
 * user have ended, and what it changes until then would last. In a transaction `tx`, the rights do not end before the commit.
 */
export async function requireAdminNow(context: Context, tx: Database = context.services.prisma): Promise<Viewer> {
  const viewer = requireAdmin(context);
  requireStillAdmin(await sharedRights(tx, viewer.userId));
  return viewer;
}

interface Rights {
  isAdmin: boolean;
}

/** Reads the rights of a user, and keeps them as they are until the transaction ends. */
export async function sharedRights(tx: Database, userId: string): Promise<Rights | undefined> {
  const [rights] = await tx.$queryRaw<Rights[]>`SELECT "isAdmin" FROM "User" WHERE "id" = ${userId}::uuid FOR SHARE`;
  return rights;
}

export function requireStillAdmin(rights: Rights | undefined): void {
  if (!rights?.isAdmin) throw forbidden('You are no longer an administrator.');
}
