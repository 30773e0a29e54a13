import type { User } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { payloadType } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';

/** The GraphQL type `UserInput`. */
export const UserInput = builder.inputType('UserInput', {
  description: 'A user.',
  fields: (t) => ({ userId: t.id({ required: true, description: 'Global id of the user.' }) }),
});

/** The GraphQL type `UserPayload`. */
export const UserPayload = payloadType<{ user: User }>(
  'UserPayload',
  'A user whom the mutation created, changed or concerned.',
  (t) => ({
    user: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user; null if the mutation failed.',
      resolve: ({ user }) => user,
    }),
  }),
);
