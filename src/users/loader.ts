import type { User } from '../generated/prisma/client.ts';
import { loaderOf } from '../graphql/loaders.ts';
import { queryOf } from '../graphql/query.ts';
import { loadUsers } from './rows.ts';

/**
 * Loads users by id, from the operation's snapshot if it has one; null if missing. One statement loads all ids of one
 * tick.
 */
export const usersById = loaderOf<User>(
  (context, ids) => loadUsers(queryOf(context), ids),
  ({ id }) => id,
);
