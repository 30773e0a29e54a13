import type { User } from '../generated/prisma/client.ts';
import { loaderOf } from '../graphql/loaders.ts';
import { queryThrough } from '../storage/prisma.ts';
import { loadUsers } from './rows.ts';

/** Users by id, null if missing, as committed or in the operation's snapshot. One statement for the ids of one tick. */
export const usersById = loaderOf<User>(
  ({ db }, ids) => loadUsers(queryThrough(db), ids),
  ({ id }) => id,
);
