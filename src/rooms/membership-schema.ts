import { asShown, readableMemberships, roomShown, viewerMemberships } from '../access/membership.ts';
import { ofMembers, stateAt } from '../access/standing.ts';
import { type CappedCount, capped } from '../base/capped-count.ts';
import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { CappedCountType } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { loadRequired } from '../graphql/loaders.ts';
import { MembershipNode, type MembershipRow, RoomNode, UserNode } from '../graphql/nodes.ts';
import { countMembers } from '../log/room-heads.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { findBySlug } from './directory.ts';
import { inboxPage, membershipCountCap } from './inbox.ts';
import { inboxArguments, inboxCost } from './inbox-arguments.ts';
import { isSearch, memberCost, searchMembers } from './member-search.ts';
import { memberPage, membershipPage } from './memberships.ts';
import { ownMembership } from './own-membership.ts';
import { RoomRoleEnum } from './room-role.ts';

const MembershipStateEnum = builder.enumType('MembershipState', {
  description: 'Whether a user is a member of a room, and if not, why.',
  values: {
    JOINED: { description: 'The user is a member.' },
    LEFT: { description: 'The user is not a member: they left, or a ban has ended.' },
    REMOVED: { description: 'The user was a member and was removed.' },
    BANNED: { description: 'The user cannot join and cannot be added.' },
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
    role: t.expose('role', {
      type: RoomRoleEnum,
      description: 'What the user is allowed to do in the room.',
    }),
    state: t.field({
      type: MembershipStateEnum,
      description: 'Whether the user is a member.',
      resolve: (membership) => stateAt(membership, new Date()),
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
      resolve: (membership, _args, context) => {
        if (context.viewer?.userId !== membership.userId) return null;
        return membership.isCurrent ? membership.notificationLevel : loadNotificationLevel(context, membership);
      },
    }),
  }),
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
      complexity: (args) => memberCost(args),
      description: 'The members, in the order in which they first joined.',
      args: {
        query: t.arg.string({
          description:
            'Only users whose display name or username contains this text, compared as by `users`; at most 100 characters.',
        }),
        roles: t.arg({ type: [RoomRoleEnum], description: 'Only users with one of these roles.' }),
        states: t.arg({
          type: [MembershipStateEnum],
          description:
            'Only users in one of these states; if omitted, JOINED. Other states are for owners and moderators of the room: other viewers get `FORBIDDEN`.',
        }),
      },
      resolve: async (room, args, context, info) => {
        if (isSearch(args)) return searchMembers(context, room, { args, info });
        return {
          ...(await memberPage(context, room, { args, info })),
          totalCount: async () => ({ value: await countMembers(context, room), isCapped: false }),
        };
      },
    },
    RoomMembershipConnection,
  ),
  viewerMembership: t.field({
    type: MembershipNode,
    nullable: true,
    description: 'The viewer’s membership of the room; null if the viewer was never a member.',
    resolve: ({ id, viewerMembership: known }, _args, context) =>
      known === undefined ? viewerMemberships(context).load(id) : known,
  }),
}));

const ofBanned =
  'A viewer who was removed or banned gets null for the room itself, and sees here why: `state`, `bannedUntil` and `moderationReason`.';

builder.objectField(ViewerType, 'memberships', (t) =>
  t.connection(
    {
      type: MembershipNode,
      complexity: (args) => inboxCost(args),
      description: 'The viewer’s current memberships.',
      args: inboxArguments(t.arg),
      resolve: async ({ userId }, args, context, info) => {
        if (args.orderBy === 'ACTIVITY' || args.filter) return inboxPage(context, userId, { args, info });
        return {
          ...(await membershipPage(context, userId, { args, info })),
          totalCount: () => countMemberships(context, userId),
        };
      },
    },
    RoomMembershipConnection,
  ),
);

builder.objectFields(ViewerType, (t) => ({
  membership: t.field({
    type: MembershipNode,
    nullable: true,
    description: `The viewer’s membership of a room, current or past; null if there is none, or no such room. ${ofBanned}`,
    args: { roomId: t.arg.id({ required: true, description: 'Global id of the room.' }) },
    resolve: (_viewer, { roomId }, context) => ownMembership(context, innerId('Room', roomId, ['roomId'])),
  }),
  membershipBySlug: t.field({
    type: MembershipNode,
    nullable: true,
    description: `The viewer’s membership of the public room with this slug, current or past; null if there is none, or no such room. ${ofBanned}`,
    args: { slug: t.arg.string({ required: true, description: 'The slug, such as `general`.' }) },
    resolve: async (_viewer, { slug }, context) => {
      const roomId = await findBySlug(context.db, slug);
      return roomId === null ? null : ownMembership(context, roomId);
    },
  }),
}));

async function loadNotificationLevel(context: Context, { roomId }: MembershipRow) {
  return (await viewerMemberships(context).load(roomId))?.notificationLevel ?? null;
}

async function countMemberships({ db }: Context, userId: string): Promise<CappedCount> {
  const where = { userId, ...ofMembers };
  const count = await db.membership.count({ where, take: membershipCountCap + 1 });
  return capped(count, membershipCountCap);
}
