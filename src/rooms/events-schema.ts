import { innerId } from '../base/ids.ts';
import { allowForEvents } from '../graphql/budget.ts';
import { builder } from '../graphql/builder.ts';
import { pageCost, sized } from '../graphql/costs.ts';
import { RoomNode } from '../graphql/nodes.ts';
import type { Batch } from '../live/batch.ts';
import { batchEvents } from '../live/limits.ts';
import { streamCursor } from '../log/cursor.ts';
import { RoomEventInterface, type WithEpoch } from '../log/events/event.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { type MessageAdded, MessageAddedEvent } from '../log/events/message-added.ts';
import { headOf } from '../log/room-heads.ts';
import { batches, messagesAdded } from './event-values.ts';
import { followRoom } from './follow-events.ts';

const StreamStatus = builder.enumType('StreamStatus', {
  description: 'The kinds of frames of a stream.',
  values: {
    REPLAYING: { description: 'Past events. More of them follow.' },
    LIVE: { description: 'The newest events. After this frame, the client is up to date.' },
    HEARTBEAT: {
      description:
        'No events: nothing happened, or the server cannot read the log at the moment. The client gets a frame at least every 25 seconds.',
    },
    RESET: {
      description:
        'The missed events cannot be replayed. Fetch the room again, and subscribe with `after: syncCursor`. This is the last frame.',
    },
    ENDED: {
      description: 'The viewer’s access to the room, the token or the session has ended. This is the last frame.',
    },
  },
});

const StreamResetReason = builder.enumType('StreamResetReason', {
  description: 'Why a stream cannot continue from a cursor.',
  values: {
    CURSOR_UNKNOWN: {
      description:
        'The cursor does not belong to the current history of the room, for example because a backup was restored.',
    },
    GAP_TOO_LARGE: { description: 'More than `Server.limits.replayMaxEvents` events have happened since the cursor.' },
  },
});

const RoomEventBatch = builder.objectRef<Batch<RoomEvent>>('RoomEventBatch').implement({
  description:
    'One frame of a room’s log: all events with numbers above `positionBefore`, up to and including `positionAfter`. `positionBefore` equals the previous frame’s `positionAfter`, so a client can prove that it missed nothing.',
  fields: (t) => ({
    status: t.field({ type: StreamStatus, description: 'The kind of frame.', resolve: ({ status }) => status }),
    events: t.field({
      type: [RoomEventInterface],
      complexity: sized(batchEvents),
      description: 'The events, in order.',
      resolve: ({ events, epoch }) => events.map((event): WithEpoch<RoomEvent> => ({ ...event, epoch })),
    }),
    cursor: t.field({
      type: 'StreamCursor',
      description: 'Position after this frame, to resume from. Every frame has it, heartbeats included.',
      resolve: batches.cursorOf,
    }),
    positionBefore: t.exposeInt('positionBefore', {
      description:
        'Number of the last event before this frame. If it differs from the previous frame’s `positionAfter`, the client has missed events.',
    }),
    positionAfter: t.exposeInt('positionAfter', { description: 'Number of the last event that this frame covers.' }),
    resetReason: t.field({
      type: StreamResetReason,
      nullable: true,
      description: 'Why the stream cannot continue; null unless the status is RESET.',
      resolve: ({ resetReason }) => resetReason,
    }),
  }),
});

const roomIdArgument = { required: true as const, description: 'Global id of the room.' };
const afterArgument = {
  type: 'StreamCursor' as const,
  description:
    'Continue after this position: the `cursor` of a frame or of an event, or `Room.syncCursor`. If omitted, the subscription begins with the next event.',
};

builder.subscriptionFields((t) => ({
  roomEvents: t.field({
    type: RoomEventBatch,
    description:
      'Every durable change in a room, in order. Replays the events after the cursor, then sends new events and heartbeats. The first frame arrives immediately. Resume with the `cursor` of the last frame.',
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
      'The new messages of a room, one result for each message, without heartbeats: a simpler form of `roomEvents`, resumed in the same way. Instead of RESET, it ends with an error; the error’s code is the reason.',
    args: { roomId: t.arg.id(roomIdArgument), after: t.arg(afterArgument) },
    subscribe: (_root, { roomId, after }, context) =>
      followRoom(context, { roomId: innerId('Room', roomId, ['roomId']), after, ...messagesAdded }),
    resolve: (event: WithEpoch<MessageAdded>) => event,
  }),
}));

builder.objectField(RoomNode, 'lastEventNumber', (t) =>
  t.int({
    description:
      'Number of the newest event in the room’s log, read from the same snapshot as the rest of the query: the `positionBefore` of the first frame after `syncCursor`. Available in queries only. 0 if the viewer’s access has ended.',
    complexity: pageCost,
    extensions: { needsSnapshot: true },
    resolve: async (room, _args, context) => (room.isRedacted ? 0 : (await headOf(context, room.id)).lastEventNumber),
  }),
);

builder.objectField(RoomNode, 'syncCursor', (t) =>
  t.field({
    type: 'StreamCursor',
    description:
      'Position in the room’s log, read from the same snapshot as the rest of the query: `roomEvents(after:)` continues exactly there. Available in queries only. The beginning of the log if the viewer’s access has ended.',
    complexity: pageCost,
    extensions: { needsSnapshot: true },
    resolve: async (room, _args, context) => {
      const { epoch, lastEventNumber: eventNumber, lastEventAt } = await headOf(context, room.id);
      // The current position would tell a banned user how much is written in the room, and when.
      if (room.isRedacted) return streamCursor({ epoch, eventNumber: 0, at: 0 });
      return streamCursor({ epoch, eventNumber, at: lastEventAt?.getTime() ?? 0 });
    },
  }),
);
