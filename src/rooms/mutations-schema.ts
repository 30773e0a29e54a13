import { innerId } from '../base/ids.ts';
import type { Room } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { sized } from '../graphql/costs.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { MembershipNode, type MembershipRow, RoomNode } from '../graphql/nodes.ts';
import { addMembers, maxAdded } from './add-members.ts';
import { createRoom } from './create.ts';
import { joinRoom } from './join.ts';
import { leaveRoom } from './leave.ts';
import { MembershipPayload } from './membership-payload.ts';
import { NotificationLevelEnum } from './membership-schema.ts';
import { openConversation } from './open-conversation.ts';
import { RoomKindEnum } from './schema.ts';
import { setNotificationLevel } from './set-notification-level.ts';
import { archiveRoom, updateRoom } from './update.ts';

const roomIdField = { required: true as const, description: 'Global id of the room.' };

const CreateRoomInput = builder.inputType('CreateRoomInput', {
  description: 'A new room.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, description: 'CHANNEL, STREAM or GROUP.' }),
    name: t.string({ required: true, description: 'What people call it, 1 to 100 characters.' }),
    slug: t.string({
      description:
        'Public rooms: unique, URL-safe name, 1 to 64 of a-z, 0-9 and hyphens; made from the name if left out.',
    }),
    topic: t.string({ description: 'What it is about, at most 500 characters.' }),
    avatarUrl: t.string({ description: 'A picture, an http or https address.' }),
    memberIds: t.idList({ description: 'Users to add beside the viewer, at most 100.' }),
  }),
});

const UpdateRoomInput = builder.inputType('UpdateRoomInput', {
  description: 'What to change of a room; what is left out stays as it is.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    name: t.string({ description: 'New name, 1 to 100 characters.' }),
    topic: t.string({ description: 'New topic, at most 500 characters; null takes it away.' }),
    avatarUrl: t.string({ description: 'New picture, an http or https address; null takes it away.' }),
  }),
});

const RoomIdInput = builder.inputType('RoomIdInput', {
  description: 'Which room.',
  fields: (t) => ({ roomId: t.id(roomIdField) }),
});

const OpenConversationInput = builder.inputType('OpenConversationInput', {
  description: 'Which conversation.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, defaultValue: 'DIRECT', description: 'DIRECT or SUPPORT.' }),
    userIds: t.idList({
      required: true,
      description: 'Who takes part beside the viewer, 1 to 49 users in whatever order.',
    }),
  }),
});

const AddMembersInput = builder.inputType('AddMembersInput', {
  description: 'Whom to add to which room.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    userIds: t.idList({ required: true, description: 'Users to add, 1 to 100.' }),
  }),
});

const SetNotificationLevelInput = builder.inputType('SetNotificationLevelInput', {
  description: 'How loud a room is for the viewer.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    level: t.field({ type: NotificationLevelEnum, required: true, description: 'ALL or NONE.' }),
  }),
});

const RoomPayload = payloadType<{ room: Room }>('RoomPayload', 'A room that was made or changed.', (t) => ({
  room: t.field({
    type: RoomNode,
    nullable: true,
    description: 'The room as it is now.',
    resolve: ({ room }) => room,
  }),
}));

const OpenConversationPayload = payloadType<{ room: Room; isNew: boolean }>(
  'OpenConversationPayload',
  'The conversation asked for.',
  (t) => ({
    room: t.field({ type: RoomNode, nullable: true, description: 'The conversation.', resolve: ({ room }) => room }),
    isNew: t.boolean({
      description: 'Whether this call made it.',
      resolve: ({ isNew }) => isNew ?? false,
    }),
  }),
);

const AddMembersPayload = payloadType<{ memberships: MembershipRow[] }>('AddMembersPayload', 'Who was added.', (t) => ({
  memberships: t.field({
    type: [MembershipNode],
    complexity: sized(maxAdded),
    description: 'Memberships of the users named, in that order, of those who were members before too.',
    resolve: ({ memberships }) => memberships ?? [],
  }),
}));

mutation('createRoom', {
  description: 'Makes a CHANNEL, STREAM or GROUP that the viewer owns.',
  input: CreateRoomInput,
  costOfInput: ({ memberIds }) => costOfUsers(memberIds),
  payload: RoomPayload,
  run: async (context, { memberIds, ...input }) => ({
    room: await createRoom(context, { ...input, memberIds: userIdsIn(memberIds ?? [], 'memberIds') }),
  }),
});

mutation('updateRoom', {
  description: 'Changes name, topic or picture of a room; for its owner and moderators.',
  input: UpdateRoomInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await updateRoom(context, { ...input, roomId: roomIdIn(input) }) }),
});

mutation('archiveRoom', {
  description: 'Closes a room to everything but reading, for good; for its owner.',
  input: RoomIdInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await archiveRoom(context, roomIdIn(input)) }),
});

mutation('openConversation', {
  description:
    'The room of this kind with exactly these members, in whatever order they are named; made if there is none.',
  input: OpenConversationInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: OpenConversationPayload,
  run: (context, { kind, userIds }) => openConversation(context, { kind, userIds: userIdsIn(userIds, 'userIds') }),
});

mutation('joinRoom', {
  description: 'Makes the viewer a member of a public room. Joining again is no error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => joinRoom(context, roomIdIn(input)),
});

mutation('leaveRoom', {
  description: 'Ends the viewer’s membership. Leaving again is no error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => leaveRoom(context, roomIdIn(input)),
});

mutation('addMembers', {
  description: 'Adds users to a room that the viewer is a member of: all of them or none.',
  input: AddMembersInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: AddMembersPayload,
  run: async (context, input) => ({
    memberships: await addMembers(context, roomIdIn(input), userIdsIn(input.userIds, 'userIds')),
  }),
});

mutation('setNotificationLevel', {
  description: 'Says of which messages of a room the viewer is notified, on all of their devices.',
  input: SetNotificationLevelInput,
  payload: MembershipPayload,
  run: async (context, { level, ...input }) => {
    const membership = await setNotificationLevel(context, { roomId: roomIdIn(input), level });
    return { membership, room: membership.roomId };
  },
});

/** To make somebody a member is a membership, an event and a welcome. */
const costOfUser = 20;

function costOfUsers(userIds: readonly string[] | null | undefined): number {
  return costOfUser * Math.min(userIds?.length ?? 0, maxAdded);
}

function roomIdIn({ roomId }: { roomId: string }): string {
  return innerId('Room', roomId, ['roomId']);
}

function userIdsIn(ids: readonly string[], field: string): string[] {
  return ids.map((id, index) => innerId('User', id, [field, String(index)]));
}
