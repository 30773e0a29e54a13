import { likeText } from '../base/text.ts';
import { Prisma, type User } from '../generated/prisma/client.ts';
import type { CursorKey } from '../graphql/connections.ts';
import type { Database } from '../storage/prisma.ts';

/** Users are listed by username, which is unique and never changes. */
export const byUsername: CursorKey<User> = {
  name: 'user',
  of: (user) => user.username,
  pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
};

/**
 * Returns users after a username. With `query`, returns only those whose username or display name begins with it,
 * ignoring case.
 */
export async function searchUsers(
  db: Database,
  query: string | null,
  after: string | null,
  limit: number,
): Promise<User[]> {
  const prefix = `${likeText(query ?? '')}%`;
  const matches = query
    ? Prisma.sql`AND (lower("username") LIKE lower(${prefix}) OR lower("displayName") LIKE lower(${prefix}))`
    : Prisma.empty;
  const beyond = after === null ? Prisma.empty : Prisma.sql`AND "username" > ${after}`;
  return db.$queryRaw<User[]>`
    SELECT * FROM "User" WHERE TRUE ${matches} ${beyond} ORDER BY "username" LIMIT ${limit}`;
}
