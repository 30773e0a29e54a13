import type { User } from '../generated/prisma/client.ts';
import { loaderOf } from '../graphql/loaders.ts';

/** Users by id, null for none; one statement for all that an operation asks at a time. */
export const usersById = loaderOf<User>(
  ({ db }, ids) => db.user.findMany({ where: { id: { in: ids } } }),
  ({ id }) => id,
);
