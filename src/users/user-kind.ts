import { builder } from '../graphql/builder.ts';

/** The GraphQL type `UserKind`. */
export const UserKind = builder.enumType('UserKind', {
  description: 'The kinds of user accounts.',
  values: {
    HUMAN: { description: 'A person whom an identity provider or the host application knows.' },
    GUEST: { description: 'A person who signed in with a display name only.' },
    BOT: { description: 'A program.' },
  },
});
