import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import { builder } from '../builder.ts';
import { type CappedCount, CappedCountType, connect, pageLoader, uuidPattern } from '../connections.ts';
import type { Context } from '../context.ts';
import type { MembershipRow } from '../events.ts';
import type { Room, RoomHead } from '../generated/prisma/client.ts';
import { innerId } from '../ids.ts';
import { mutation, payloadType } from '../mutations.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { UserNode } from '../users/node.ts';
import { addMembers } from './add-members.ts';
import { createRoom } from './create.ts';
import { bySlug, searchRooms } from './directory.ts';
import { joinRoom } from './join.ts';
import { leaveRoom } from './leave.ts';
import { viewerMemberships } from './membership.ts';
import { MembershipNode, RoomNode } from './node.ts';
import { openConversation } from './open-conversation.ts';
import { archiveRoom, updateRoom } from './update.ts';

const RoomKindEnum = builder.enumType('RoomKind', {
  description: 'What a room is for, and who may be in it.',
  values: {
    CHANNEL: { description: 'Public: anyone signed in may list, read and join it.' },
    STREAM: { description: 'Public like a CHANNEL: the chat of a live stream.' },
    GROUP: { description: 'Private: by invitation of a member.' },
    DIRECT: { description: 'A private conversation with a fixed set of members.' },
    SUPPORT: { description: 'A private conversation with those who help; a fixed set of members.' },
  },
});

const RoomRoleEnum = builder.enumType('RoomRole', {
  description: 'What a member may do in a room.',
  values: {
    OWNER: { description: 'Everything, archiving the room included.' },
    MODERATOR: { description: 'Changing the room, and what others wrote in it.' },
    MEMBER: { description: 'Reading and writing.' },
  },
});

const MembershipStateEnum = builder.enumType('MembershipState', {
  description: 'Where a user stands with a room.',
  values: {
    JOINED: { description: 'A member.' },
    LEFT: { description: 'Was a member and left.' },
    REMOVED: { description: 'Was a member and was removed.' },
    BANNED: { description: 'Was removed and may not come back.' },
  },
});

/** The counters of rooms; one statement for all that an operation asks. */
const heads = createContextCache(
  ({ db }: Context) =>
    new DataLoader<string, RoomHead>(async (roomIds) => {
      const rows = await db.roomHead.findMany({ where: { roomId: { in: [...roomIds] } } });
      const byRoom = new Map(rows.map((row) => [row.roomId, row]));
      return roomIds.map((id) => byRoom.get(id) ?? new Error(`Room ${id} has no head`));
    }),
);

/** Lists of members and of memberships go by membership id: in the order in which they first came about. */
const byMembershipId = { name: 'membership', of: (row: MembershipRow) => row.id, pattern: uuidPattern };
const joined = `t."state" = 'JOINED'`;
const membersOfRooms = pageLoader<MembershipRow>({
  table: 'Membership',
  parent: 'roomId',
  key: 'id',
  keyType: 'uuid',
  where: joined,
});
const membershipsOfUsers = pageLoader<MembershipRow>({
  table: 'Membership',
  parent: 'userId',
  key: 'id',
  keyType: 'uuid',
  where: joined,
});

const RoomMembershipConnection = builder.connectionObject(
  {
    type: MembershipNode,
    name: 'RoomMembershipConnection',
    description: 'A page of memberships.',
    fields: (t) => ({
      totalCount: t.field({
        type: CappedCountType,
        description: 'How many there are in all, on every page.',
        resolve: (connection) => (connection as unknown as { totalCount: () => Promise<CappedCount> }).totalCount(),
      }),
    }),
  },
  { name: 'RoomMembershipEdge', description: 'A membership in a page.' },
);

RoomNode.implement({
  description: 'A place where people write to each other.',
  fields: (t) => ({
    kind: t.field({ type: RoomKindEnum, description: 'What the room is for.', resolve: (room) => room.kind }),
    slug: t.exposeString('slug', {
      nullable: true,
      description: 'Unique, URL-safe name of a public room; null for others.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'What people call the room, 1 to 100 characters; null for conversations, which go by their members.',
    }),
    topic: t.exposeString('topic', { nullable: true, description: 'What it is about, at most 500 characters.' }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'Address of a picture; null without one.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the room was made.' }),
    createdBy: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who made it; null for rooms of the server itself.',
      resolve: (room) => room.createdById,
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it can only be read; null while it is open.',
    }),
    memberCount: t.int({
      description: 'How many members it has.',
      resolve: async (room, _args, context) => (await heads(context).load(room.id)).memberCount,
    }),
    members: t.connection(
      {
        type: MembershipNode,
        description: 'Its members, in the order in which they first came.',
        resolve: async (room, args, context) => ({
          ...(await connect(args, byMembershipId, (stretch) => membersOfRooms(context, stretch).load(room.id))),
          totalCount: async () => ({ value: (await heads(context).load(room.id)).memberCount, isCapped: false }),
        }),
      },
      RoomMembershipConnection,
    ),
    viewerMembership: t.field({
      type: MembershipNode,
      nullable: true,
      description: 'Where the viewer stands with it; null if they were never a member.',
      resolve: (room, _args, context) => viewerMemberships(context).load(room.id),
    }),
  }),
});

MembershipNode.implement({
  description: 'Where a user stands with a room, now or in the past.',
  fields: (t) => ({
    room: t.field({ type: RoomNode, description: 'The room.', resolve: ({ room, roomId }) => room ?? roomId }),
    user: t.field({ type: UserNode, description: 'The user.', resolve: ({ user, userId }) => user ?? userId }),
    role: t.field({ type: RoomRoleEnum, description: 'What the user may do there.', resolve: ({ role }) => role }),
    state: t.field({
      type: MembershipStateEnum,
      description: 'Whether they are there.',
      resolve: ({ state }) => state,
    }),
    joinedAt: t.expose('joinedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When they joined the last time.',
    }),
  }),
});

builder.objectField(ViewerType, 'memberships', (t) =>
  t.connection(
    {
      type: MembershipNode,
      description: 'The rooms that the viewer is a member of, in the order in which they first joined.',
      resolve: async ({ userId }, args, context) => ({
        ...(await connect(args, byMembershipId, (stretch) => membershipsOfUsers(context, stretch).load(userId))),
        totalCount: () => countMemberships(context, userId),
      }),
    },
    RoomMembershipConnection,
  ),
);

const membershipCountCap = 1000;

async function countMemberships({ db }: Context, userId: string): Promise<CappedCount> {
  const where = { userId, state: 'JOINED' as const };
  const count = await db.membership.count({ where, take: membershipCountCap + 1 });
  return { value: Math.min(count, membershipCountCap), isCapped: count > membershipCountCap };
}

builder.queryFields((t) => ({
  room: t.field({
    type: RoomNode,
    nullable: true,
    description: 'A room by id; null if there is none or the viewer may not see it.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    resolve: (_root, { id }) => innerId('Room', id, ['id']),
  }),
  roomBySlug: t.field({
    type: RoomNode,
    nullable: true,
    description: 'A public room by its slug; null if there is none.',
    args: { slug: t.arg.string({ required: true, description: 'The slug, such as `general`.' }) },
    resolve: async (_root, { slug }, { db }) =>
      (await db.room.findUnique({ where: { slug }, select: { id: true } }))?.id,
  }),
  rooms: t.connection(
    {
      type: RoomNode,
      description: 'The directory of public rooms, by slug, without archived ones.',
      args: {
        kinds: t.arg({ type: [RoomKindEnum], description: 'Only these kinds; left out: all public ones.' }),
        query: t.arg.string({ description: 'Only those with this in their name, slug or topic, in any case.' }),
      },
      resolve: (_root, args, { db }) => connect(args, bySlug, (stretch) => searchRooms(db, args, stretch)),
    },
    { name: 'RoomConnection', description: 'A page of rooms.' },
    { name: 'RoomEdge', description: 'A room in a page.' },
  ),
}));

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

const MembershipPayload = payloadType<{ membership: MembershipRow; room: Room | null }>(
  'MembershipPayload',
  'A membership that was made or changed.',
  (t) => ({
    membership: t.field({
      type: MembershipNode,
      nullable: true,
      description: 'The membership as it is now.',
      resolve: ({ membership }) => membership,
    }),
    room: t.field({
      type: RoomNode,
      nullable: true,
      description: 'The room; null where the viewer may not see it any more.',
      resolve: ({ room }) => room,
    }),
  }),
);

const AddMembersPayload = payloadType<{ memberships: MembershipRow[] }>('AddMembersPayload', 'Who was added.', (t) => ({
  memberships: t.field({
    type: [MembershipNode],
    description: 'Memberships of the users named, in that order, of those who were members before too.',
    resolve: ({ memberships }) => memberships ?? [],
  }),
}));

mutation('createRoom', {
  description: 'Makes a CHANNEL, STREAM or GROUP that the viewer owns.',
  input: CreateRoomInput,
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
  payload: AddMembersPayload,
  run: async (context, input) => ({
    memberships: await addMembers(context, roomIdIn(input), userIdsIn(input.userIds, 'userIds')),
  }),
});

function roomIdIn({ roomId }: { roomId: string }): string {
  return innerId('Room', roomId, ['roomId']);
}

function userIdsIn(ids: readonly string[], field: string): string[] {
  return ids.map((id, index) => innerId('User', id, [field, String(index)]));
}
