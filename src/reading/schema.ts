import { innerId } from '../base/ids.ts';
import { builder } from '../graphql/builder.ts';
import { CappedCountType } from '../graphql/connections.ts';
import { statementCost } from '../graphql/costs.ts';
import { loadOptional } from '../graphql/loaders.ts';
import { mutation } from '../graphql/mutations.ts';
import { MembershipNode, MessageNode } from '../graphql/nodes.ts';
import { readableMessages } from '../messages/history.ts';
import { MembershipPayload } from '../rooms/membership-payload.ts';
import { ViewerType } from '../sessions/viewer.ts';
import { markRead } from './mark-read.ts';
import { countUnread, type ReadState, readStates } from './unread.ts';
import { UnreadSummaryType } from './unread-summary.ts';

const ReadStateType = builder.objectRef<ReadState>('ReadState').implement({
  description: 'How far a member has read in a room, and what is left.',
  fields: (t) => ({
    lastReadSequence: t.exposeInt('lastReadSequence', {
      description: 'Everything up to the message with this number was read, on whichever device; it only ever grows.',
    }),
    unreadCount: t.field({
      type: CappedCountType,
      description:
        'How many messages of others, written after that one and not deleted, there are. Counting stops at `Server.limits.unreadCountCap`.',
      resolve: ({ unread }) => unread,
    }),
    firstUnreadMessage: t.field({
      type: MessageNode,
      nullable: true,
      description: 'The oldest of them; never null while `unreadCount.value` is above 0.',
      resolve: ({ firstUnreadId }, _args, context) => loadOptional(readableMessages(context), firstUnreadId),
    }),
  }),
});

builder.objectField(MembershipNode, 'readState', (t) =>
  t.field({
    type: ReadStateType,
    nullable: true,
    description: 'How far the member has read. Private to them, and only while they are one: null for everyone else.',
    extensions: { dependsOn: 'viewer' },
    resolve: ({ id, userId }, _args, context) =>
      context.viewer?.userId === userId ? readStates(context).load(id) : null,
  }),
);

builder.objectField(ViewerType, 'unread', (t) =>
  t.field({
    type: UnreadSummaryType,
    complexity: statementCost,
    description: 'What is unread in all of the viewer’s rooms.',
    resolve: ({ userId }, _args, context) => countUnread(context, userId),
  }),
);

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far the viewer has read.',
  fields: (t) => ({
    roomId: t.id({ required: true, description: 'Global id of the room.' }),
    upToSequence: t.int({
      required: true,
      description: 'Number of the last message that was read, 0 or more; beyond the newest one it means that one.',
    }),
  }),
});

mutation('markRead', {
  description:
    'Marks messages as read, on all devices of the viewer. A number below the position that is there changes nothing and is no error.',
  input: MarkReadInput,
  payload: MembershipPayload,
  run: async (context, { roomId, upToSequence }) => {
    const membership = await markRead(context, { roomId: innerId('Room', roomId, ['roomId']), upToSequence });
    return { membership, room: membership.roomId };
  },
});
