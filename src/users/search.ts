import { foldText } from '../base/names.ts';
import { likeText } from '../base/text.ts';
import { Prisma, type User } from '../generated/prisma/client.ts';
import type { CursorKey } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { queryOf } from '../graphql/query.ts';
import { columnsOf } from '../storage/columns.ts';
import { usernamePattern } from './usernames.ts';

/** Users are listed by username, which is unique and never changes. */
export const byUsername: CursorKey<User> = {
  name: 'user',
  of: (user) => user.username,
  pattern: usernamePattern,
};

/** SQL condition: the name or username of a user (`account`) is like this pattern, which is folded. */
export function isCalledSql(account: string, pattern: string): string {
  // A node of an older version may just have created the user.
  const displayName = `coalesce(${account}."searchName", lower(${account}."displayName"))`;
  return `(${displayName} LIKE ${pattern} OR ${account}."username" LIKE ${pattern})`;
}

const page = `
  SELECT ${columnsOf(Prisma.UserScalarFieldEnum, 'u')} FROM "User" u WHERE u."username" > $1 ORDER BY u."username" LIMIT $2`;

/**
 * Returns users after a username. With `words`, returns only those whose username or display name begins with it,
 * both folded.
 */
export async function searchUsers(
  context: Context,
  { words, after, limit }: { words: string | null; after: string | null; limit: number },
): Promise<User[]> {
  if (words === null)
    return queryOf(context)<User & Record<string, unknown>>('users by name', page, [after ?? '', limit]);
  // Through Prisma, whose statements are planned for each call: only if PostgreSQL knows the prefix, it uses its indexes.
  const prefix = `${likeText(foldText(words))}%`;
  const beyond = after === null ? Prisma.empty : Prisma.sql`AND "username" > ${after}`;
  return context.db.$queryRaw<User[]>`
    SELECT ${Prisma.raw(columnsOf(Prisma.UserScalarFieldEnum, 'u'))} FROM "User" u
    WHERE ("username" LIKE ${prefix} OR "searchName" LIKE ${prefix}) ${beyond}
    ORDER BY "username" LIMIT ${limit}`;
}
