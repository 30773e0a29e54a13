import { innerId } from '../base/ids.ts';
import { searchText } from '../base/text.ts';
import type { User } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { connect, forwardArguments } from '../graphql/connections.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';
import { usersById } from './loader.ts';
import { byUsername, searchUsers } from './search.ts';
import { updateProfile } from './update-profile.ts';

const UserKind = builder.enumType('UserKind', {
  description: 'What kind of account a user is.',
  values: {
    HUMAN: { description: 'A person known from an identity provider.' },
    GUEST: { description: 'A person who only gave a name.' },
    BOT: { description: 'A program.' },
  },
});

builder.node(UserNode, {
  id: { resolve: (user) => user.id },
  loadWithoutCache: (id, context) => usersById(context).load(id),
  description: 'Somebody who can be in rooms and write.',
  fields: (t) => ({
    username: t.exposeString('username', { description: 'Unique, lower case; what people search by.' }),
    displayName: t.string({
      description: 'What people call the user, 1 to 80 characters.',
      resolve: counted(({ displayName }) => displayName),
    }),
    avatarUrl: t.string({
      nullable: true,
      description: 'Address of a picture; null without one.',
      resolve: counted(({ avatarUrl }) => avatarUrl),
    }),
    kind: t.field({ type: UserKind, description: 'What kind of account it is.', resolve: (user) => user.kind }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the account was made.' }),
  }),
});

const UserConnection = builder.connectionObject(
  { type: UserNode, name: 'UserConnection', description: 'A page of users.' },
  { name: 'UserEdge', description: 'A user in a page.' },
);

builder.queryFields((t) => ({
  user: t.field({
    type: UserNode,
    nullable: true,
    description: 'A user by id; null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the user.' }) },
    resolve: (_root, { id }, context) => usersById(context).load(innerId('User', id, ['id'])),
  }),
  users: t.field({
    type: UserConnection,
    complexity: (args) => pageOf(args, statementCost),
    description: 'The users of this server, by username.',
    args: {
      ...forwardArguments(t.arg),
      query: t.arg.string({
        description: 'Only those whose username or display name begins with this, in any case; at most 100 characters.',
      }),
    },
    resolve: (_root, args, { db }) =>
      connect(args, byUsername, ({ after, limit }) => searchUsers(db, searchText(args.query, ['query']), after, limit)),
  }),
}));

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'What to change of the viewer; what is left out stays as it is.',
  fields: (t) => ({
    displayName: t.string({ description: 'New name, 1 to 80 characters.' }),
    avatarUrl: t.string({ description: 'New picture, an http or https address; null takes it away.' }),
    language: t.field({ type: 'LanguageTag', description: 'New language; null follows each device.' }),
  }),
});

const UpdateProfilePayload = payloadType<{ user: User }>('UpdateProfilePayload', 'What `updateProfile` did.', (t) => ({
  user: t.field({
    type: UserNode,
    nullable: true,
    description: 'The viewer, changed.',
    resolve: ({ user }) => user,
  }),
}));

mutation('updateProfile', {
  description: 'Changes the viewer’s name, picture or language.',
  input: UpdateProfileInput,
  payload: UpdateProfilePayload,
  run: async (context, input) => ({ user: await updateProfile(context, input) }),
});
