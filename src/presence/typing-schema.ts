import { builder } from '../builder.ts';
import { type Context, requireViewer } from '../context.ts';
import type { User } from '../generated/prisma/client.ts';
import { globalId, innerId } from '../ids.ts';
import { loadRequired } from '../loaders.ts';
import { mutation, payloadType } from '../mutations.ts';
import { RoomNode } from '../rooms/node.ts';
import { requireAccess } from '../timeline/access.ts';
import { followNow } from '../timeline/follow-now.ts';
import { usersById } from '../users/loader.ts';
import { UserNode } from '../users/node.ts';
import { type TypingNow, typistsIn } from './room-typing.ts';

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
    'Tells those who follow a room that the viewer types, or does no more. It ends by itself after 6 seconds, and with a message. Accepted every 2 seconds at most.',
  input: SetTypingInput,
  payload: SetTypingPayload,
  run: async (context, { roomId, isTyping }) => {
    const { userId } = requireViewer(context);
    const { access, typing } = context.services;
    const room = { roomId: innerId('Room', roomId, ['roomId']), userId };
    await requireAccess(access, room);
    if (isTyping) return { expiresInMs: typing.start(room.roomId, userId) };
    typing.stop(room.roomId, userId);
    return { expiresInMs: null };
  },
});

const TypingUpdate = builder.objectRef<TypingNow>('TypingUpdate').implement({
  description: 'Who types in a room.',
  fields: (t) => ({
    roomId: t.id({ description: 'The room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    users: t.field({
      type: [UserNode],
      description: 'All who type, the viewer included; at most 20 are named.',
      resolve: ({ userIds }, _args, context) => usersOf(context, userIds),
    }),
  }),
});

builder.subscriptionField('typingChanged', (t) =>
  t.field({
    type: TypingUpdate,
    description:
      'Who types in a room: the whole list at once, then each time it changes, at most once a second. Completes when the viewer’s access ends.',
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: (_root, { roomId }, context) =>
      followNow(context, context.services.typingHubs, {
        roomIds: [innerId('Room', roomId, ['roomId'])],
        path: ['roomId'],
      }),
    resolve: (now: TypingNow) => now,
  }),
);

builder.objectField(RoomNode, 'typingUsers', (t) =>
  t.field({
    type: [UserNode],
    description: 'Who types in it right now; at most 20 are named.',
    resolve: async (room, _args, context) =>
      room.isClosed ? [] : usersOf(context, await typistsIn(context.services.presence, room.id)),
  }),
);

function usersOf(context: Context, userIds: Iterable<string>): Promise<User>[] {
  return Array.from(userIds, (id) => loadRequired(usersById(context), id));
}
