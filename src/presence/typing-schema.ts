import { viewerMemberships } from '../access/membership.ts';
import { isMember } from '../access/standing.ts';
import { globalId, innerId } from '../base/ids.ts';
import type { User } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { pageCost, sized } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { RoomNode, type RoomRow, UserNode } from '../graphql/nodes.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import { usersById } from '../users/loader.ts';
import { setTyping } from './set-typing.ts';
import { maxTypists, shownTypists, type TypingUpdate, typistsIn } from './typing-state.ts';

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer is typing in a room.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Global id of the room.' }),
    isTyping: t.boolean({
      required: true,
      description:
        'True when the viewer begins to type, and every few seconds while typing. False when the viewer stops.',
    }),
  }),
});

const SetTypingPayload = payloadType<{ expiresInMs: number | null }>(
  'SetTypingPayload',
  'The result of `setTyping`.',
  (t) => ({
    expiresInMs: t.int({
      nullable: true,
      description:
        'Milliseconds until typing ends, unless `setTyping` is called again. Null if the viewer stopped, or if the mutation failed.',
      resolve: ({ expiresInMs }) => expiresInMs,
    }),
  }),
);

mutation('setTyping', {
  description:
    'Announces to the members of a room that the viewer is typing, or has stopped typing. Only members who may send messages may do this. Has no effect while the viewer hides. Typing ends automatically after 6 seconds, or when the viewer sends a message. `isTyping: true` is accepted at most once every 2 seconds.',
  input: SetTypingInput,
  payload: SetTypingPayload,
  run: async (context, { roomId, isTyping }) => ({
    expiresInMs: await setTyping(context, { roomId: innerId('Room', roomId, ['roomId']), isTyping }),
  }),
});

const TypingUpdateType = builder.objectRef<TypingUpdate>('TypingUpdate').implement({
  description: 'The users who are typing in a room.',
  fields: (t) => ({
    roomId: t.id({ description: 'Global id of the room.', resolve: ({ roomId }) => globalId('Room', roomId) }),
    users: t.field({
      type: [UserNode],
      complexity: sized(maxTypists),
      description: 'The users who are typing and do not hide, including the viewer; at most 20.',
      // Filters again, because a user may have begun to hide since the update.
      resolve: ({ userIds }, _args, context) => shownAmong(context, userIds),
    }),
  }),
});

builder.subscriptionField('typingChanged', (t) =>
  t.field({
    type: TypingUpdateType,
    description:
      'The users who are typing in a room; for members only. Sends the whole list immediately and after each change, at most once per second. Completes when the viewer is no longer a member.',
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    subscribe: async (_root, { roomId }, context) => {
      const room = { roomIds: [innerId('Room', roomId, ['roomId'])], path: ['roomId'] };
      return whileSignedIn(context, await context.services.presence.followTyping(context, room));
    },
    resolve: (update: TypingUpdate) => update,
  }),
);

builder.objectField(RoomNode, 'typingUsers', (t) =>
  t.field({
    type: [UserNode],
    complexity: sized(maxTypists, pageCost),
    description: 'The users who are typing now and do not hide, at most 20. Empty if the viewer is not a member.',
    extensions: { dependsOn: 'viewer' },
    resolve: async (room, _args, context) =>
      (await isViewerMember(context, room))
        ? shownAmong(context, await typistsIn(context.services.presence.store, room.id))
        : [],
  }),
);

async function isViewerMember(context: Context, room: RoomRow): Promise<boolean> {
  return !room.isRedacted && isMember(await viewerMemberships(context).load(room.id));
}

async function shownAmong(context: Context, userIds: readonly string[]): Promise<User[]> {
  const users = await Promise.all(userIds.map((id) => usersById(context).load(id)));
  return shownTypists(users.filter((user) => user !== null));
}
