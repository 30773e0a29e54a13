import { builder } from '../graphql/builder.ts';
import { UserNode } from '../graphql/nodes.ts';

/** The GraphQL type `UserConnection`. */
export const UserConnection = builder.connectionObject(
  { type: UserNode, name: 'UserConnection', description: 'A page of users.' },
  { name: 'UserEdge', description: 'A user in a page.' },
);
