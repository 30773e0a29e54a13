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
  description: 'The room to create.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, description: 'CHANNEL, STREAM or GROUP.' }),
    name: t.string({ required: true, description: 'Name to show for the room, 1 to 100 characters.' }),
    slug: t.string({
      description:
        'Unique, URL-safe name, for public rooms only: 1 to 64 characters of a-z, 0-9 and hyphens. If omitted, the server derives it from the name.',
    }),
    topic: t.string({ description: 'What the room is about, at most 500 characters.' }),
    avatarUrl: t.string({ description: 'URL of a picture, http or https, at most 2,048 characters.' }),
    memberIds: t.idList({ description: 'Global ids of at most 100 users to add, besides the viewer.' }),
  }),
});

const UpdateRoomInput = builder.inputType('UpdateRoomInput', {
  description: 'Changes to a room. Omitted fields stay as they are.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    name: t.string({ description: 'New name, 1 to 100 characters.' }),
    topic: t.string({ description: 'New topic, at most 500 characters; null removes it.' }),
    avatarUrl: t.string({
      description: 'URL of the new picture, http or https, at most 2,048 characters; null removes the picture.',
    }),
  }),
});

const RoomIdInput = builder.inputType('RoomIdInput', {
  description: 'The room to act on.',
  fields: (t) => ({ roomId: t.id(roomIdField) }),
});

const OpenConversationInput = builder.inputType('OpenConversationInput', {
  description: 'The conversation to open.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, defaultValue: 'DIRECT', description: 'DIRECT or SUPPORT.' }),
    userIds: t.idList({
      required: true,
      description: 'Global ids of the other members: 1 to 49 users, in any order.',
    }),
  }),
});

const AddMembersInput = builder.inputType('AddMembersInput', {
  description: 'The users to add to a room.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    userIds: t.idList({ required: true, description: 'Global ids of the users to add, 1 to 100.' }),
  }),
});

const SetNotificationLevelInput = builder.inputType('SetNotificationLevelInput', {
  description: 'The new notification level of a room for the viewer.',
  fields: (t) => ({
    roomId: t.id(roomIdField),
    level: t.field({ type: NotificationLevelEnum, required: true, description: 'ALL or NONE.' }),
  }),
});

const RoomPayload = payloadType<{ room: Room }>('RoomPayload', 'A room that was created or changed.', (t) => ({
  room: t.field({
    type: RoomNode,
    nullable: true,
    description: 'The room after the change; null if the mutation failed.',
    resolve: ({ room }) => room,
  }),
}));

const OpenConversationPayload = payloadType<{ room: Room; isNew: boolean }>(
  'OpenConversationPayload',
  'The result of `openConversation`.',
  (t) => ({
    room: t.field({
      type: RoomNode,
      nullable: true,
      description: 'The conversation; null if the mutation failed.',
      resolve: ({ room }) => room,
    }),
    isNew: t.boolean({
      description: 'Whether this call created the conversation.',
      resolve: ({ isNew }) => isNew ?? false,
    }),
  }),
);

const AddMembersPayload = payloadType<{ memberships: MembershipRow[] }>(
  'AddMembersPayload',
  'The result of `addMembers`.',
  (t) => ({
    memberships: t.field({
      type: [MembershipNode],
      complexity: sized(maxAdded),
      description:
        'The memberships of all users in `userIds`, in that order, including users who were already members. Empty if the mutation failed.',
      resolve: ({ memberships }) => memberships ?? [],
    }),
  }),
);

mutation('createRoom', {
  description: 'Creates a CHANNEL, STREAM or GROUP. The viewer becomes its owner.',
  input: CreateRoomInput,
  costOfInput: ({ memberIds }) => costOfUsers(memberIds),
  payload: RoomPayload,
  run: async (context, { memberIds, ...input }) => ({
    room: await createRoom(context, { ...input, memberIds: userIdsIn(memberIds ?? [], 'memberIds') }),
  }),
});

mutation('updateRoom', {
  description: 'Changes the name, topic or picture of a room. Only its owner and moderators may do this.',
  input: UpdateRoomInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await updateRoom(context, { ...input, roomId: roomIdIn(input) }) }),
});

mutation('archiveRoom', {
  description: 'Makes a room read-only, permanently. Only its owner may do this.',
  input: RoomIdInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await archiveRoom(context, roomIdIn(input)) }),
});

mutation('openConversation', {
  description:
    'Returns the conversation of this kind whose members are exactly the viewer and these users. If there is none, creates it.',
  input: OpenConversationInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: OpenConversationPayload,
  run: (context, { kind, userIds }) => openConversation(context, { kind, userIds: userIdsIn(userIds, 'userIds') }),
});

mutation('joinRoom', {
  description: 'Makes the viewer a member of a public room. Joining again is not an error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => joinRoom(context, roomIdIn(input)),
});

mutation('leaveRoom', {
  description: 'Ends the viewer’s membership of a room. Leaving again is not an error.',
  input: RoomIdInput,
  payload: MembershipPayload,
  run: (context, input) => leaveRoom(context, roomIdIn(input)),
});

mutation('addMembers', {
  description: 'Adds users to a room that the viewer is a member of. If one user cannot be added, none is.',
  input: AddMembersInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: AddMembersPayload,
  run: async (context, input) => ({
    memberships: await addMembers(context, roomIdIn(input), userIdsIn(input.userIds, 'userIds')),
  }),
});

mutation('setNotificationLevel', {
  description: 'Sets the messages of a room that the viewer gets notifications for, on all devices.',
  input: SetNotificationLevelInput,
  payload: MembershipPayload,
  run: async (context, { level, ...input }) => {
    const membership = await setNotificationLevel(context, { roomId: roomIdIn(input), level });
    return { membership, room: membership.roomId };
  },
});

/** Adding a user writes a membership, an event and a system message. */
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
