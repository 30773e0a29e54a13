import { Prisma, type User } from '../generated/prisma/client.ts';
import { columnsOf } from '../storage/columns.ts';
import { jsonTable } from '../storage/json-rows.ts';
import type { Query } from '../storage/pool.ts';

/** Users as JSON. */
export const userRows = jsonTable<User>(Object.values(Prisma.UserScalarFieldEnum), {
  createdAt: true,
  lastActiveAt: true,
  deactivatedAt: true,
});

const statement = `SELECT ${columnsOf(Prisma.UserScalarFieldEnum, '"User"')} FROM "User" WHERE "id" = ANY($1::uuid[])`;

/** Loads users in one statement, in any order; a missing user has no row. */
export function loadUsers(query: Query, ids: readonly string[]): Promise<User[]> {
  return query<User & Record<string, unknown>>('users', statement, [ids]);
}
