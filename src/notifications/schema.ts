import { roomShown, viewerMemberships } from '../access/membership.ts';
import { innerId } from '../base/ids.ts';
import { allowWholeBudget } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { type CappedCount, CappedCountType, forwardArguments } from '../graphql/connections.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { pageOf, sized, statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { mutation, payloadType } from '../graphql/mutations.ts';
import { MembershipNode, MessageNode, RoomNode, UserNode } from '../graphql/nodes.ts';
import { MembershipChangedEvent } from '../log/node.ts';
import { countUnread } from '../reading/unread.ts';
import { UnreadSummaryType } from '../reading/unread-summary.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { usersById } from '../users/loader.ts';
import { acknowledgeNotifications } from './acknowledge.ts';
import { followViewer } from './follow.ts';
import { notificationPage } from './history.ts';
import { NotificationNode } from './node.ts';
import { pendingCounted, pendingShown, type ViewerSnapshot } from './pending.ts';
import type { NotificationAdded, SessionExpiring, ViewerEvent, ViewerReadStateChanged } from './viewer-stream.ts';

NotificationNode.implement({
  description: 'A message of somebody else in a room of the viewer that is not silenced.',
  fields: (t) => ({
    room: t.field({
      type: RoomNode,
      description: 'Where it was written.',
      resolve: ({ roomId }, _args, context) => roomShown(context, roomId),
    }),
    message: t.field({ type: MessageNode, description: 'The message.', resolve: (message) => message }),
    actor: t.field({
      type: UserNode,
      nullable: true,
      description: 'Who wrote it.',
      resolve: ({ author, authorId }, _args, context) => author ?? loadOptional(usersById(context), authorId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
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
      'What the viewer has pending, oldest first: messages of others after what they have read or acknowledged, in rooms that are not silenced.',
    args: forwardArguments(t.arg),
    resolve: (_viewer, args, context) => notificationPage(context, args),
  }),
);

const unreadField = {
  type: UnreadSummaryType,
  description: 'What the viewer has unread now, in all rooms.',
  extensions: { dependsOn: 'viewer' },
  resolve: (_event: ViewerEvent, _args: object, context: Context) =>
    countUnread(context, requireViewer(context).userId),
};

const ViewerSnapshotType = builder.objectRef<ViewerSnapshot>('ViewerSnapshot').implement({
  description:
    'Where the viewer stands: the first event of every subscription, and the next after a reader fell behind.',
  fields: (t) => ({
    unread: t.field(unreadField),
    pendingNotifications: t.field({
      type: [NotificationNode],
      complexity: sized(pendingShown),
      description: 'What is pending since the last acknowledgement, oldest first, at most 100.',
      resolve: async ({ messages }) => [...(await messages())],
    }),
    pendingCount: t.field({
      type: CappedCountType,
      description: `How many are pending in all; counting stops at ${pendingCounted}. The rest is in \`Viewer.notifications\`.`,
      resolve: ({ count }): CappedCount => ({
        value: Math.min(count, pendingCounted),
        isCapped: count > pendingCounted,
      }),
    }),
  }),
});

const NotificationAddedType = builder.objectRef<NotificationAdded>('NotificationAdded').implement({
  description:
    'A new message in one of the viewer’s rooms, sent only while the viewer is not in that room on any device.',
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
  description: 'The viewer has read on, on whichever device; at most once a second.',
  fields: (t) => ({
    membership: t.field({
      type: MembershipNode,
      description: 'The viewer’s membership of the room, with its read state.',
      resolve: async ({ roomId }, _args, context) => {
        const membership = await viewerMemberships(context).load(roomId);
        if (!membership) throw new Error(`Who read in room ${roomId} has no membership of it`);
        return membership;
      },
    }),
    unread: t.field(unreadField),
  }),
});

const SessionExpiringType = builder.objectRef<SessionExpiring>('SessionExpiring').implement({
  description: 'The viewer’s session ends soon: sign in again.',
  fields: (t) => ({ expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }) }),
});

const typeNames: Record<ViewerEvent['type'], string> = {
  VIEWER_SNAPSHOT: 'ViewerSnapshot',
  NOTIFICATION_ADDED: 'NotificationAdded',
  MEMBERSHIP_CHANGED: 'MembershipChangedEvent',
  VIEWER_READ_STATE_CHANGED: 'ViewerReadStateChanged',
  SESSION_EXPIRING: 'SessionExpiring',
};

const ViewerEventType = builder.unionType('ViewerEvent', {
  description: 'Something that concerns the viewer, in whichever room.',
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
      'What concerns the viewer across rooms. Begins with a snapshot of unread counts and pending notifications, every time, then tells of changes. Not replayed: the next snapshot has what was missed.',
    subscribe: (_root, _args, context) => followViewer(context),
    resolve: (event: ViewerEvent, _args, context) => {
      if (event.type === 'VIEWER_SNAPSHOT') allowWholeBudget(context);
      return event;
    },
  }),
);

const AcknowledgeNotificationsInput = builder.inputType('AcknowledgeNotificationsInput', {
  description: 'Of which notifications the viewer has taken notice.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Of which room.' }),
    upToSequence: t.int({
      required: true,
      description: 'Number of the last message concerned; beyond the newest it means that one.',
    }),
  }),
});

const AcknowledgeNotificationsPayload = payloadType<{ viewerId: string }>(
  'AcknowledgeNotificationsPayload',
  'What `acknowledgeNotifications` did.',
  (t) => ({
    unread: t.field({
      type: UnreadSummaryType,
      nullable: true,
      description: 'What the viewer has unread now: acknowledging is not reading.',
      resolve: ({ viewerId }, _args, context) => (viewerId ? countUnread(context, viewerId) : null),
    }),
  }),
);

mutation('acknowledgeNotifications', {
  description:
    'Takes notice of a room’s notifications up to a message, on all devices, without reading them: they are pending no more.',
  input: AcknowledgeNotificationsInput,
  payload: AcknowledgeNotificationsPayload,
  run: async (context, { roomId, upToSequence }) => {
    await acknowledgeNotifications(context, { roomId: innerId('Room', roomId, ['roomId']), upToSequence });
    return { viewerId: requireViewer(context).userId };
  },
});
