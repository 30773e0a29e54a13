import { notFound } from '../base/errors.ts';
import type { Database } from '../storage/prisma.ts';

/** Throws NOT_FOUND, with the index of the first missing user, unless all these users exist. */
export async function requireUsers(db: Database, ids: readonly string[], path: readonly string[]): Promise<void> {
  const found = await db.user.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.findIndex((id) => !known.has(id));
  if (missing >= 0) throw notFound('user', [...path, String(missing)]);
}

/** Throws NOT_FOUND unless the user exists. */
export async function requireUser(db: Database, id: string, path: readonly string[]): Promise<void> {
  if (!(await db.user.findUnique({ where: { id }, select: { id: true } }))) throw notFound('user', path);
}
