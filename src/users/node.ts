import { builder } from '../builder.ts';
import type { User } from '../generated/prisma/client.ts';
import { usersById } from './loader.ts';

/** The GraphQL type `User`; a field of it may answer with a row or with an id, which is loaded with its like. */
export const UserNode = builder.loadableNodeRef('User', {
  id: { resolve: (user: User) => user.id },
  load: (ids: string[], context): Promise<User[]> => usersById(context).loadMany(ids) as Promise<User[]>,
});
