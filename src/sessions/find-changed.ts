import type pg from 'pg';
import type { Viewer } from '../graphql/context.ts';
import type { Query } from '../storage/pool.ts';

/**
 * Selects the sessions that have ended, and those whose user became an administrator or is none any more. By ids and users,
 * like the sessions in authenticate.ts. Expiry is not looked up: credentials end by the clock of the node, and the session
 * may be renewed while this reads.
 */
const statement = `
  SELECT want.id, account."isAdmin",
    (session."revokedAt" IS NOT NULL OR account."deactivatedAt" IS NOT NULL) AS "hasEnded"
  FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS want(id, person, admin)
  CROSS JOIN LATERAL (
    SELECT "revokedAt" FROM "Session" WHERE "id" = want.id AND "userId" = want.person LIMIT 1
  ) session
  CROSS JOIN LATERAL (SELECT "isAdmin", "deactivatedAt" FROM "User" WHERE "id" = want.person LIMIT 1) account
  WHERE session."revokedAt" IS NOT NULL OR account."deactivatedAt" IS NOT NULL
    OR account."isAdmin" IS DISTINCT FROM want.admin`;

/** A session that has ended, or whose user has other rights now. */
interface Change extends pg.QueryResultRow {
  id: string;
  hasEnded: boolean;
  isAdmin: boolean;
}

/** The viewers of each session in use on this node. */
type InUse = ReadonlyMap<string, ReadonlyMap<Viewer, unknown>>;

/** Looks up the sessions in use, and returns those that have changed, in one statement; without any in use, in none. */
export async function findChanged(query: Query, inUse: InUse): Promise<Change[]> {
  if (inUse.size === 0) return [];
  const viewers = [...inUse.values()].map((running) => [...running.keys()]);
  const users = viewers.map(([first]) => first?.userId);
  return query<Change>('changed sessions', statement, [[...inUse.keys()], users, viewers.map(isAdminOf)]);
}

/** Returns whether all of these viewers are administrators; null if only some are, because they signed in at different times. */
function isAdminOf(viewers: readonly Viewer[]): boolean | null {
  const [first, ...others] = new Set(viewers.map(({ isAdmin }) => isAdmin));
  return others.length > 0 ? null : (first ?? null);
}
