import type { Room } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { RoomNode } from '../graphql/nodes.ts';
import { additionsRule, maxAdded } from './add-members.ts';
import { slowModeRule } from './attributes.ts';
import { createRoom } from './create.ts';
import { costOfUsers, RoomIdInput, roomIdField, roomIdIn, userIdsIn } from './inputs.ts';
import { maxMembers, openConversation } from './open-conversation.ts';
import { PostingPolicyEnum } from './rights-schema.ts';
import { RoomKindEnum } from './schema.ts';
import { archiveRoom, unarchiveRoom, updateRoom } from './update.ts';

const CreateRoomInput = builder.inputType('CreateRoomInput', {
  description: 'The room to create.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, description: 'CHANNEL, STREAM or GROUP.' }),
    name: t.string({ required: true, description: 'Name to show for the room, 1 to 100 characters.' }),
    slug: t.string({
      description:
        'Unique, URL-safe name, for public rooms only: 1 to 64 characters of a-z and 0-9, with single hyphens between them. If omitted, the server derives it from the name.',
    }),
    topic: t.string({ description: 'What the room is about, at most 500 characters.' }),
    avatarUrl: t.string({ description: 'URL of a picture, http or https, at most 2,048 characters.' }),
    memberIds: t.idList({
      description: `Global ids of at most ${maxAdded} users to add, besides the viewer. ${additionsRule}`,
    }),
    postingPolicy: t.field({
      type: PostingPolicyEnum,
      description: 'Who may send messages. If omitted or null, MEMBERS.',
    }),
    slowModeSeconds: t.int({
      description: `${slowModeRule}. If omitted or null, 0: no slow mode.`,
    }),
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
    postingPolicy: t.field({ type: PostingPolicyEnum, description: 'Who may send messages from now on.' }),
    slowModeSeconds: t.int({
      description: `${slowModeRule}; 0 ends slow mode.`,
    }),
  }),
});

const OpenConversationInput = builder.inputType('OpenConversationInput', {
  description: 'The conversation to open.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, required: true, defaultValue: 'DIRECT', description: 'DIRECT or SUPPORT.' }),
    userIds: t.idList({
      required: true,
      description: `Global ids of the other members: 1 to ${maxMembers - 1} users, in any order.`,
    }),
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

mutation('createRoom', {
  description:
    'Creates a CHANNEL, STREAM or GROUP. The viewer becomes its owner. Users who are not administrators create at most 60 per hour.',
  input: CreateRoomInput,
  costOfInput: ({ memberIds }) => costOfUsers(memberIds),
  payload: RoomPayload,
  run: async (context, { memberIds, ...input }) => ({
    room: await createRoom(context, { ...input, memberIds: userIdsIn(memberIds ?? [], 'memberIds') }),
  }),
});

mutation('updateRoom', {
  description:
    'Changes the name, topic, picture, posting policy or slow mode of a room. Only its owners and moderators may do this.',
  input: UpdateRoomInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await updateRoom(context, { ...input, roomId: roomIdIn(input) }) }),
});

mutation('archiveRoom', {
  description: 'Makes a room read-only, until it is reopened. Only its owners may do this.',
  input: RoomIdInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await archiveRoom(context, roomIdIn(input)) }),
});

mutation('unarchiveRoom', {
  description: 'Reopens an archived room. Only its owners may do this.',
  input: RoomIdInput,
  payload: RoomPayload,
  run: async (context, input) => ({ room: await unarchiveRoom(context, roomIdIn(input)) }),
});

mutation('openConversation', {
  description:
    'Returns the conversation of this kind whose members are exactly the viewer and these users. If there is none, creates it.',
  input: OpenConversationInput,
  costOfInput: ({ userIds }) => costOfUsers(userIds),
  payload: OpenConversationPayload,
  run: (context, { kind, userIds }) => openConversation(context, { kind, userIds: userIdsIn(userIds, 'userIds') }),
});
