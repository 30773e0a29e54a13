import { asShown, readableMemberships, roomShown, viewerMemberships } from '../access/membership.ts';
import { uuidPattern } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { type CappedCount, CappedCountType, connect, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { pageOf, statementCost } from '../graphql/costs.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { MembershipNode, type MembershipRow, RoomNode, UserNode } from '../graphql/nodes.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { countMembers } from './heads.ts';

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

export const NotificationLevelEnum = builder.enumType('NotificationLevel', {
  description: 'Of which messages of a room its member is notified.',
  values: { ALL: { description: 'Of all.' }, NONE: { description: 'Of none: the room is muted.' } },
});

builder.node(MembershipNode, {
  id: { resolve: (membership) => membership.id },
  loadWithoutCache: (id, context) => readableMemberships(context).load(id),
  description: 'Where a user stands with a room, now or in the past.',
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room.',
      resolve: ({ room, roomId }, _args, context) => (room ? asShown(context, room) : roomShown(context, roomId)),
    }),
    user: t.field({
      type: UserNode,
      description: 'The user.',
      resolve: ({ user, userId }, _args, context) => user ?? loadRequired(usersById(context), userId),
    }),
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
    notificationLevel: t.field({
      type: NotificationLevelEnum,
      nullable: true,
      description: 'Of which messages the member is notified. Private to them: null for everyone else.',
      extensions: { dependsOn: 'viewer' },
      // Not of the row: one that came with an event may be older than the last choice, of which no event tells.
      resolve: async ({ roomId, userId }, _args, context) =>
        context.viewer?.userId === userId
          ? ((await viewerMemberships(context).load(roomId))?.notificationLevel ?? null)
          : null,
    }),
  }),
});

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

builder.objectFields(RoomNode, (t) => ({
  members: t.connection(
    {
      type: MembershipNode,
      description: 'Its members, in the order in which they first came.',
      resolve: async (room, args, context) => ({
        ...(await connect(args, byMembershipId, async (stretch) =>
          room.isRedacted ? [] : membersOfRooms(context, stretch).load(room.id),
        )),
        totalCount: async () => ({ value: await countMembers(context, room), isCapped: false }),
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
}));

builder.objectField(ViewerType, 'memberships', (t) =>
  t.connection(
    {
      type: MembershipNode,
      complexity: (args) => pageOf(args, statementCost),
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
