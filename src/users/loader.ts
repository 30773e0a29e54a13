import type { User } from '../generated/prisma/client.ts';
import { loaderOf } from '../graphql/loaders.ts';
import { queryThrough } from '../storage/prisma.ts';
import { loadUsers } from './rows.ts';

/**
 * Loads users by id, from the operation's snapshot if it has one; null if missing. One statement loads all ids of one
 * tick.
 */
export const usersById = loaderOf<User>(
  ({ db }, ids) => loadUsers(queryThrough(db), ids),
  ({ id }) => id,
);
