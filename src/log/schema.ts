import { invalidInput } from '../base/errors.ts';
import { innerId } from '../base/ids.ts';
import { allowForEvents } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { pageCost, sized } from '../graphql/costs.ts';
import { RoomNode } from '../graphql/nodes.ts';
import type { Batch } from '../live/batch.ts';
import { batchEvents } from '../live/batch-size.ts';
import { headOf } from '../rooms/heads.ts';
import { streamCursor } from './cursor.ts';
import type { MessageAdded, RoomEvent } from './events.ts';
import { MessageAddedEvent, RoomEventType } from './events-schema.ts';
import { followRoom } from './follow.ts';
import { batches, messagesAdded, type Placed } from './values.ts';

const StreamStatus = builder.enumType('StreamStatus', {
  description: 'What a frame of a stream tells.',
  values: {
    REPLAYING: { description: 'Events from the past; more of them follow.' },
    LIVE: { description: 'The newest events: with this frame the reader is up to date.' },
    HEARTBEAT: {
      description: 'Nothing new, or nothing that the server can read at the moment; at most every 25 seconds.',
    },
    RESET: {
      description:
        'The gap cannot be replayed: fetch the room again and subscribe after its `syncCursor`. The last frame.',
    },
    ENDED: { description: 'The viewer’s access ended. The last frame.' },
  },
});

const StreamResetReason = builder.enumType('StreamResetReason', {
  description: 'Why a stream cannot go on from a cursor.',
  values: {
    CURSOR_UNKNOWN: { description: 'The cursor is of a history that is no more, or of no history at all.' },
    GAP_TOO_LARGE: { description: 'More than `Server.limits.replayMaxEvents` events have happened since.' },
  },
});

const RoomEventBatch = builder.objectRef<Batch<RoomEvent>>('RoomEventBatch').implement({
  description:
    'One frame of a room’s log. Frames follow each other without gaps: that is how to prove nothing was lost.',
  fields: (t) => ({
    status: t.field({ type: StreamStatus, description: 'What the frame tells.', resolve: ({ status }) => status }),
    events: t.field({
      type: [RoomEventType],
      complexity: sized(batchEvents),
      description: 'What happened, in order.',
      resolve: ({ events, epoch }) => events.map((event): Placed<RoomEvent> => ({ ...event, epoch })),
    }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Resume here. On every frame, heartbeats included.',
      resolve: batches.cursorOf,
    }),
    positionBefore: t.exposeInt('positionBefore', {
      description:
        'The event number that this frame starts after: if it is not the last frame’s `positionAfter`, something was lost.',
    }),
    positionAfter: t.exposeInt('positionAfter', { description: 'The event number that this frame reaches.' }),
    resetReason: t.field({
      type: StreamResetReason,
      nullable: true,
      description: 'Why the stream cannot go on; null unless the status is RESET.',
      resolve: ({ resetReason }) => resetReason,
    }),
  }),
});

const roomIdArgument = { required: true as const, description: 'Global id of the room.' };
const afterArgument = {
  type: 'StreamCursor' as const,
  description: 'Where to go on: a frame’s or an event’s `cursor`, or `Room.syncCursor`. Left out: from now.',
};

builder.subscriptionFields((t) => ({
  roomEvents: t.field({
    type: RoomEventBatch,
    description:
      'Every durable change in one room, in order, resumable: what happened after the cursor, then live, with heartbeats. The first frame comes at once.',
    args: { roomId: t.arg.id(roomIdArgument), after: t.arg(afterArgument) },
    subscribe: (_root, { roomId, after }, context) =>
      followRoom(context, { roomId: innerId('Room', roomId, ['roomId']), after, ...batches }),
    resolve: (batch: Batch<RoomEvent>, _args, context) => {
      allowForEvents(context, batch.events.length);
      return batch;
    },
  }),
  messageAdded: t.field({
    type: MessageAddedEvent,
    description:
      'The same log narrowed to new messages: the one-liner for demos and simple clients. Resumable in the same way; where `roomEvents` would say RESET, it ends with an error of that reason’s code.',
    args: { roomId: t.arg.id(roomIdArgument), after: t.arg(afterArgument) },
    subscribe: (_root, { roomId, after }, context) =>
      followRoom(context, { roomId: innerId('Room', roomId, ['roomId']), after, ...messagesAdded }),
    resolve: (event: Placed<MessageAdded>) => event,
  }),
}));

builder.objectField(RoomNode, 'syncCursor', (t) =>
  t.field({
    type: 'StreamCursor',
    description:
      'Read in the same snapshot as the rest of this response, which must be a query: `roomEvents(after:)` continues exactly here.',
    complexity: pageCost,
    extensions: { needsSnapshot: true },
    resolve: async (room, _args, context) => {
      if (!context.isSnapshot) {
        throw invalidInput('`syncCursor` belongs to what is read with it: ask for it in a query.', [], 'query');
      }
      const { epoch, lastEventNumber: eventNumber, lastEventAt } = await headOf(context, room.id);
      return streamCursor({ epoch, eventNumber, at: lastEventAt?.getTime() ?? 0 });
    },
  }),
);
