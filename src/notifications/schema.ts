import { roomShown, viewerMemberships } from '../access/membership.ts';
import { capped } from '../base/capped-count.ts';
import { innerId } from '../base/ids.ts';
import { allowWholeBudget } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { CappedCountType, forwardArguments } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { pageOf, sized, statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { MembershipNode, MessageNode, RoomNode, UserNode } from '../graphql/nodes.ts';
import { MembershipChangedEvent } from '../log/events/membership-changed.ts';
import { countUnread } from '../reading/unread.ts';
import { UnreadSummaryType } from '../reading/unread-summary.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { acknowledgeNotifications } from './acknowledge.ts';
import { followViewer } from './follow.ts';
import { notificationPage } from './history.ts';
import { NotificationNode } from './node.ts';
import { pendingCounted, pendingShown, type ViewerSnapshot } from './pending.ts';
import type { NotificationAdded, SessionExpiring, ViewerEvent, ViewerReadStateChanged } from './viewer-event.ts';

NotificationNode.implement({
  description:
    'A message that another user, whom the viewer has not blocked, wrote in a room for which the viewer’s notification level is ALL.',
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'The room of the message.',
      resolve: ({ roomId }, _args, context) => roomShown(context, roomId),
    }),
    message: t.field({ type: MessageNode, description: 'The message.', resolve: (message) => message }),
    actor: t.field({
      type: UserNode,
      nullable: true,
      description: 'The user who wrote the message.',
      resolve: ({ author, authorId }, _args, context) => author ?? loadOptional(usersById(context), authorId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the message was written.' }),
  }),
});

const NotificationConnection = builder.connectionObject(
  { type: NotificationNode, name: 'NotificationConnection', description: 'A page of notifications.' },
  { name: 'NotificationEdge', description: 'A notification in a page.' },
);

builder.objectField(ViewerType, 'notifications', (t) =>
  t.field({
    type: NotificationConnection,
    complexity: (args) => pageOf(args, 4 * statementCost), // it looks into every room
    description:
      'The pending notifications of the viewer, oldest first. A notification is pending if the viewer’s notification level of the room is ALL, and if the viewer has neither read nor acknowledged the message.',
    args: forwardArguments(t.arg),
    resolve: (_viewer, args, context) => notificationPage(context, args),
  }),
);

const unreadField = {
  type: UnreadSummaryType,
  description: 'How much is unread now, in all of the viewer’s rooms.',
  extensions: { dependsOn: 'viewer' },
  resolve: (_event: ViewerEvent, _args: object, context: Context) =>
    countUnread(context, requireViewer(context).userId),
};

const ViewerSnapshotType = builder.objectRef<ViewerSnapshot>('ViewerSnapshot').implement({
  description:
    'The current state of the viewer. It is the first event of every subscription, and follows again if the client has read too slowly.',
  fields: (t) => ({
    unread: t.field(unreadField),
    pendingNotifications: t.field({
      type: [NotificationNode],
      complexity: sized(pendingShown),
      description: 'The pending notifications, oldest first, at most 100.',
      resolve: async ({ messages }) => [...(await messages())],
    }),
    pendingCount: t.field({
      type: CappedCountType,
      description: `Number of all pending notifications. Counting stops at ${pendingCounted}. \`Viewer.notifications\` pages through all of them.`,
      resolve: ({ count }) => capped(count, pendingCounted),
    }),
  }),
});

const NotificationAddedType = builder.objectRef<NotificationAdded>('NotificationAdded').implement({
  description:
    'Another user wrote a message in one of the viewer’s rooms. Not sent while the viewer is present in the room: see `RoomPresence`.',
  fields: (t) => ({
    notification: t.field({
      type: NotificationNode,
      description: 'The notification.',
      resolve: ({ message }) => message,
    }),
    unread: t.field(unreadField),
  }),
});

const ViewerReadStateChangedType = builder.objectRef<ViewerReadStateChanged>('ViewerReadStateChanged').implement({
  description:
    'The viewer has read or sent messages in a room, on any device, or its unread count has changed without a notification. Sent at most once per second and room.',
  fields: (t) => ({
    membership: t.field({
      type: MembershipNode,
      description: 'The viewer’s membership of the room, with the new read state.',
      resolve: async ({ roomId }, _args, context) => {
        const membership = await viewerMemberships(context).load(roomId);
        if (!membership) throw new Error(`The viewer read in room ${roomId} without a membership`);
        return membership;
      },
    }),
    unread: t.field(unreadField),
  }),
});

const SessionExpiringType = builder.objectRef<SessionExpiring>('SessionExpiring').implement({
  description:
    'The access token of this connection ends in a minute, or sooner. Get a new one (`renewSession`) and pass it to `renewConnection`; otherwise the connection closes.',
  fields: (t) => ({
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the access token ends.' }),
  }),
});

const typeNames: Record<ViewerEvent['type'], string> = {
  VIEWER_SNAPSHOT: 'ViewerSnapshot',
  NOTIFICATION_ADDED: 'NotificationAdded',
  MEMBERSHIP_CHANGED: 'MembershipChangedEvent',
  VIEWER_READ_STATE_CHANGED: 'ViewerReadStateChanged',
  SESSION_EXPIRING: 'SessionExpiring',
};

const ViewerEventType = builder.unionType('ViewerEvent', {
  description: 'An event that concerns the viewer, in any room.',
  types: [
    ViewerSnapshotType,
    NotificationAddedType,
    MembershipChangedEvent,
    ViewerReadStateChangedType,
    SessionExpiringType,
  ],
  resolveType: ({ type }) => typeNames[type],
});

builder.subscriptionField('viewerEvents', (t) =>
  t.field({
    type: ViewerEventType,
    description:
      'Events that concern the viewer, in all rooms. Always begins with a snapshot of unread counts and pending notifications; changes follow. Replays nothing: the next snapshot contains what was missed.',
    subscribe: (_root, _args, context) => followViewer(context),
    resolve: (event: ViewerEvent, _args, context) => {
      if (event.type === 'VIEWER_SNAPSHOT') allowWholeBudget(context);
      return event;
    },
  }),
);

const AcknowledgeNotificationsInput = builder.inputType('AcknowledgeNotificationsInput', {
  description: 'The notifications to acknowledge.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Global id of the room.' }),
    upToSequence: t.int({
      required: true,
      description:
        'Number of the last message to acknowledge, 0 or more. A number above that of the newest message means the newest message.',
    }),
  }),
});

const AcknowledgeNotificationsPayload = payloadType<{ viewerId: string }>(
  'AcknowledgeNotificationsPayload',
  'The result of `acknowledgeNotifications`.',
  (t) => ({
    unread: t.field({
      type: UnreadSummaryType,
      nullable: true,
      description:
        'How much is unread now, in all of the viewer’s rooms. Acknowledging does not change it. Null if the mutation failed.',
      resolve: ({ viewerId }, _args, context) => (viewerId ? countUnread(context, viewerId) : null),
    }),
  }),
);

mutation('acknowledgeNotifications', {
  description:
    'Acknowledges the notifications of a room up to a message, on all devices of the viewer. They are no longer pending. Their messages stay unread.',
  input: AcknowledgeNotificationsInput,
  payload: AcknowledgeNotificationsPayload,
  run: async (context, { roomId, upToSequence }) => {
    await acknowledgeNotifications(context, { roomId: innerId('Room', roomId, ['roomId']), upToSequence });
    return { viewerId: requireViewer(context).userId };
  },
});
