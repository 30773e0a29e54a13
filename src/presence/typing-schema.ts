import { requireMembership } from '../access/access.ts';
import { viewerMemberships } from '../access/membership.ts';
import { globalId, innerId } from '../base/ids.ts';
import type { User } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { pageCost, sized } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { RoomNode, type RoomRow, UserNode } from '../graphql/nodes.ts';
import { followNow } from '../log/follow-now.ts';
import { usersById } from '../users/loader.ts';
import { maxTypists, shownTypists, type TypingNow, typistsIn } from './room-typing.ts';

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer types.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Where.' }),
    isTyping: t.boolean({ required: true, description: 'Say true again every few seconds while it is so.' }),
  }),
});

const SetTypingPayload = payloadType<{ expiresInMs: number | null }>(
  'SetTypingPayload',
  'What `setTyping` did.',
  (t) => ({
    expiresInMs: t.int({
      nullable: true,
      description: 'When the viewer no longer counts as typing unless it is said again, in milliseconds from now.',
      resolve: ({ expiresInMs }) => expiresInMs,
    }),
  }),
);

mutation('setTyping', {
  description:
    'Tells the members of a room who follow it that the viewer, a member too, types, or does no more; not while the viewer hides. It ends by itself after 6 seconds, and with a message. Accepted every 2 seconds at most.',
  input: SetTypingInput,
  payload: SetTypingPayload,
  run: async (context, { roomId, isTyping }) => {
    const { userId } = requireViewer(context);
    const { access, presence } = context.services;
    const room = { roomId: innerId('Room', roomId, ['roomId']), userId };
    await requireMembership(access.standingOf, room);
    if (isTyping) return { expiresInMs: presence.typing.start(room.roomId, userId) };
    presence.typing.stop(room.roomId, userId);
    return { expiresInMs: null };
  },
});

const TypingUpdate = builder.objectRef<TypingNow>('TypingUpdate').implement({
  description: 'Who types in a room.',
  fields: (t) => ({
    roomId: t.id({ description: 'The room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    users: t.field({
      type: [UserNode],
      complexity: sized(maxTypists),
      description: 'All who type and do not hide, the viewer included; at most 20 are named.',
      // A user may have begun to hide since.
      resolve: ({ userIds }, _args, context) => shownAmong(context, userIds),
    }),
  }),
});

builder.subscriptionField('typingChanged', (t) =>
  t.field({
    type: TypingUpdate,
    description:
      'Who types in a room, for its members: the whole list at once, then each time it changes, at most once a second. Completes when the viewer is a member no more.',
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: (_root, { roomId }, context) =>
      followNow(context, context.services.presence.typingHubs, {
        roomIds: [innerId('Room', roomId, ['roomId'])],
        path: ['roomId'],
      }),
    resolve: (now: TypingNow) => now,
  }),
);

builder.objectField(RoomNode, 'typingUsers', (t) =>
  t.field({
    type: [UserNode],
    complexity: sized(maxTypists, pageCost),
    description:
      'Who types in it right now and does not hide, for its members; at most 20 are named. Empty for others.',
    extensions: { dependsOn: 'viewer' },
    resolve: async (room, _args, context) =>
      (await isMember(context, room))
        ? shownAmong(context, await typistsIn(context.services.presence.store, room.id))
        : [],
  }),
);

async function isMember(context: Context, room: RoomRow): Promise<boolean> {
  return !room.isRedacted && (await viewerMemberships(context).load(room.id))?.state === 'JOINED';
}

async function shownAmong(context: Context, userIds: readonly string[]): Promise<User[]> {
  const users = await Promise.all(userIds.map((id) => usersById(context).load(id)));
  return shownTypists(users.filter((user) => user !== null));
}
