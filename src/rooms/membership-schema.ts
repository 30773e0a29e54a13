import { asShown, readableMemberships, roomShown, viewerMemberships } from '../access/membership.ts';
import { isMemberSql, ofMembers } from '../access/standing.ts';
import { builder } from '../graphql/builder.ts';
import { type CappedCount, CappedCountType, connect, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { MembershipNode, type MembershipRow, RoomNode, UserNode } from '../graphql/nodes.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { countMembers } from './heads.ts';
import { inboxPage, membershipCountCap } from './inbox.ts';
import { inboxArguments, inboxCost } from './inbox-arguments.ts';
import { byMembershipId } from './membership-order.ts';

const RoomRoleEnum = builder.enumType('RoomRole', {
  description: 'What a member is allowed to do in a room.',
  values: {
    OWNER: { description: 'May do everything, including archiving the room.' },
    MODERATOR: { description: 'May also change the room, and delete messages of other users.' },
    MEMBER: { description: 'May read and write.' },
  },
});

const MembershipStateEnum = builder.enumType('MembershipState', {
  description: 'Whether a user is a member of a room, and if not, why.',
  values: {
    JOINED: { description: 'The user is a member.' },
    LEFT: { description: 'The user was a member and left.' },
    REMOVED: { description: 'The user was a member and was removed.' },
    BANNED: { description: 'The user was removed and cannot join again.' },
  },
});

export const NotificationLevelEnum = builder.enumType('NotificationLevel', {
  description: 'Which messages of a room cause notifications for a member.',
  values: { ALL: { description: 'All messages.' }, NONE: { description: 'No messages.' } },
});

builder.node(MembershipNode, {
  id: { resolve: (membership) => membership.id },
  loadWithoutCache: (id, context) => readableMemberships(context).load(id),
  description: 'The relation of a user to a room, current or past.',
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
    role: t.field({
      type: RoomRoleEnum,
      description: 'What the user is allowed to do in the room.',
      resolve: ({ role }) => role,
    }),
    state: t.field({
      type: MembershipStateEnum,
      description: 'Whether the user is a member.',
      resolve: ({ state }) => state,
    }),
    joinedAt: t.expose('joinedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the user last joined the room; null if that was after the viewer’s access had ended.',
    }),
    notificationLevel: t.field({
      type: NotificationLevelEnum,
      nullable: true,
      description:
        'Which messages of the room cause notifications for the member. Only the member can see this; null for other viewers.',
      extensions: { dependsOn: 'viewer' },
      // Loaded, because the row of an event may have an older level: a change of the level is not an event.
      resolve: async ({ roomId, userId }, _args, context) =>
        context.viewer?.userId === userId
          ? ((await viewerMemberships(context).load(roomId))?.notificationLevel ?? null)
          : null,
    }),
  }),
});

const joined = isMemberSql('t');
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
        description: 'Number of items on all pages together.',
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
      description: 'The members, in the order in which they first joined.',
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
    description: 'The viewer’s membership of the room; null if the viewer was never a member.',
    resolve: (room, _args, context) => viewerMemberships(context).load(room.id),
  }),
}));

builder.objectField(ViewerType, 'memberships', (t) =>
  t.connection(
    {
      type: MembershipNode,
      complexity: (args) => inboxCost(args),
      description: 'The viewer’s current memberships.',
      args: inboxArguments(t.arg),
      resolve: async ({ userId }, args, context) => {
        if (args.orderBy === 'ACTIVITY' || args.filter) return inboxPage(context, userId, args);
        return {
          ...(await connect(args, byMembershipId, (stretch) => membershipsOfUsers(context, stretch).load(userId))),
          totalCount: () => countMemberships(context, userId),
        };
      },
    },
    RoomMembershipConnection,
  ),
);

async function countMemberships({ db }: Context, userId: string): Promise<CappedCount> {
  const where = { userId, ...ofMembers };
  const count = await db.membership.count({ where, take: membershipCountCap + 1 });
  return { value: Math.min(count, membershipCountCap), isCapped: count > membershipCountCap };
}
