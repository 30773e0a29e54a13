import { MembershipPayload } from '../access/membership-payload.ts';
import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { CappedCountType } from '../graphql/connections.ts';
import { statementCost } from '../graphql/costs.ts';
import { mutation } from '../graphql/mutations.ts';
import { MembershipNode, MessageNode, type ReadState } from '../graphql/nodes.ts';
import { readableMessagesAt } from '../messages/at-places.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { markRead } from './mark-read.ts';
import { countUnread, readStates } from './unread.ts';
import { UnreadSummaryType } from './unread-summary.ts';

const ReadStateType = builder.objectRef<ReadState>('ReadState').implement({
  description: 'How far a member has read in a room, and how much is unread.',
  fields: (t) => ({
    lastReadSequence: t.exposeInt('lastReadSequence', {
      description: 'Number of the last message that the member has read, on any device. It never decreases.',
    }),
    unreadCount: t.field({
      type: CappedCountType,
      description:
        'Number of messages after `lastReadSequence` that other users wrote and that are not deleted. Counting stops at `Server.limits.unreadCountCap`.',
      resolve: ({ unread }) => unread,
    }),
    newestSequence: t.exposeInt('lastSequence', {
      description:
        'Number of the newest message of the room when `unreadCount` was counted; 0 if there is none. A `NotificationAdded` with this number or a smaller one is counted already.',
    }),
    firstUnreadMessage: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The oldest unread message; null only if `unreadCount.value` is 0.',
      resolve: ({ firstUnread, firstUnreadSequence: sequence, roomId }, _args, context) =>
        firstUnread ?? (sequence === null ? null : readableMessagesAt(context).load({ roomId, sequence })),
    }),
  }),
});

builder.objectField(MembershipNode, 'readState', (t) =>
  t.field({
    type: ReadStateType,
    nullable: true,
    description:
      'How far the member has read. Only the member can see this, and only while the membership lasts; otherwise null.',
    extensions: { dependsOn: 'viewer' },
    resolve: ({ id, userId, readState }, _args, context) =>
      context.viewer?.userId === userId ? (readState ?? readStates(context).load(id)) : null,
  }),
);

builder.objectField(ViewerType, 'unread', (t) =>
  t.field({
    type: UnreadSummaryType,
    complexity: statementCost,
    description: 'How much is unread in all of the viewer’s rooms.',
    resolve: ({ userId }, _args, context) => countUnread(context, userId),
  }),
);

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far the viewer has read in a room.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Global id of the room.' }),
    upToSequence: t.int({
      required: true,
      description:
        'Number of the last message that the viewer has read, 0 or more. A number above that of the newest message means the newest message.',
    }),
  }),
});

mutation('markRead', {
  description:
    'Marks the messages of a room as read up to a number, on all devices of the viewer. A number below the current position changes nothing and is not an error.',
  input: MarkReadInput,
  payload: MembershipPayload,
  run: async (context, { roomId, upToSequence }) => {
    const membership = await markRead(context, { roomId: innerId('Room', roomId, ['roomId']), upToSequence });
    return { membership, room: membership.roomId };
  },
});
