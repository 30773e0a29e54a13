import type { User } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { usersById } from './loader.ts';

/** The GraphQL type `User`. */
export const UserNode = builder.nodeRef<User>('User', {
  id: { resolve: (user) => user.id },
  loadWithoutCache: (id, context) => usersById(context).load(id),
});
