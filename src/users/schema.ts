import { innerId } from '../base/ids.ts';
import { searchText } from '../base/text.ts';
import type { User } from '../generated/prisma/client.ts';
import { counted } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { connect, forwardArguments } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { UserNode } from '../graphql/nodes.ts';
import { RoomEventInterface } from '../log/events/event.ts';
import { messageOf, type RoomEvent } from '../log/events/kinds.ts';
import { usersById } from './loader.ts';
import { byUsername, searchUsers } from './search.ts';
import { updateProfile } from './update-profile.ts';
import { UserConnection } from './user-connection.ts';
import { UserKind } from './user-kind.ts';

builder.node(UserNode, {
  id: { resolve: (user) => user.id },
  loadWithoutCache: (id, context) => usersById(context).load(id),
  description: 'A person or a program with an account. Users join rooms and write messages.',
  fields: (t) => ({
    username: t.exposeString('username', {
      description:
        'Unique name: 1 to 64 letters and digits of any script in lower case, `.`, `_` and `-`. It never changes. No two users have usernames that look alike.',
    }),
    displayName: t.string({
      description: 'Name to show for the user, 1 to 80 characters.',
      resolve: counted(({ displayName }) => displayName),
    }),
    avatarUrl: t.string({
      nullable: true,
      description: 'URL of a picture; null if there is none.',
      resolve: counted(({ avatarUrl }) => avatarUrl),
    }),
    kind: t.expose('kind', { type: UserKind, description: 'The kind of account.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the account was created.' }),
  }),
});

builder.interfaceField(RoomEventInterface, 'actor', (t) =>
  t.field({
    type: UserNode,
    nullable: true,
    description:
      'The user who made the change; null for system messages and for other changes by the server, and if reactions of several users are one event.',
    resolve: (event, _args, context) => actorOf(event as RoomEvent, context),
  }),
);

/**
 * Returns the actor. Uses the row that the event has, as its `actor` or as the user whom it is about; otherwise loads
 * it.
 */
function actorOf(event: RoomEvent, context: Context) {
  const { actorId, actor } = event;
  const concerned = messageOf(event)?.author ?? (event.type === 'MEMBERSHIP_CHANGED' ? event.membership.user : null);
  const known = [actor, concerned].find((user) => user?.id === actorId);
  return known ?? loadOptional(usersById(context), actorId);
}

builder.queryFields((t) => ({
  user: t.field({
    type: UserNode,
    nullable: true,
    description: 'The user with this id; null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the user.' }) },
    resolve: (_root, { id }, context) => usersById(context).load(innerId('User', id, ['id'])),
  }),
  users: t.field({
    type: UserConnection,
    complexity: (args) => pageOf(args, statementCost),
    description: 'All users of this server, ordered by username.',
    args: {
      ...forwardArguments(t.arg),
      query: t.arg.string({
        description:
          'Only users whose username or display name begins with this text, ignoring case and how accents are composed; at most 100 characters.',
      }),
    },
    resolve: (_root, args, context) =>
      connect(args, byUsername, ({ after, limit }) =>
        searchUsers(context, { words: searchText(args.query, ['query']), after, limit }),
      ),
  }),
}));

const UpdateProfileInput = builder.inputType('UpdateProfileInput', {
  description: 'Changes to the viewer’s profile. Omitted fields stay as they are.',
  fields: (t) => ({
    displayName: t.string({ description: 'New display name, 1 to 80 characters.' }),
    avatarUrl: t.string({
      description: 'URL of the new picture, http or https, at most 2,048 characters; null removes the picture.',
    }),
    language: t.field({
      type: 'LanguageTag',
      description: 'New language, for sessions that have no language of their own; null removes it.',
    }),
  }),
});

const UpdateProfilePayload = payloadType<{ user: User }>(
  'UpdateProfilePayload',
  'The result of `updateProfile`.',
  (t) => ({
    user: t.field({
      type: UserNode,
      nullable: true,
      description: 'The viewer after the change; null if the mutation failed.',
      resolve: ({ user }) => user,
    }),
  }),
);

mutation('updateProfile', {
  description: 'Changes the display name, picture or language of the viewer.',
  input: UpdateProfileInput,
  payload: UpdateProfilePayload,
  run: async (context, input) => ({ user: await updateProfile(context, input) }),
});
