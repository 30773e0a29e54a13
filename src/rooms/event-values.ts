import { ChatError } from '../base/errors.ts';
import type { Batch } from '../live/batch.ts';
import { positionAfter } from '../live/log.ts';
import { streamCursor } from '../log/cursor.ts';
import type { WithEpoch } from '../log/events/event.ts';
import { messageOf, type RoomEvent } from '../log/events/kinds.ts';
import type { MessageAdded } from '../log/events/message-added.ts';

/** How a subscription field turns a batch into values. Each value has authors, and a cursor to resume after it. */
export interface Values<Value> {
  values: (batch: Batch<RoomEvent>) => readonly Value[];
  authorsOf: (value: Value) => readonly string[];
  cursorOf: (value: Value) => string;
}

/** Returns each batch as one value, whatever its status. */
export const batches: Values<Batch<RoomEvent>> = {
  values: (batch) => [batch],
  authorsOf: ({ events }) => events.flatMap((event) => messageOf(event)?.authorId ?? []),
  cursorOf: ({ epoch, positionAfter: eventNumber, at }) => streamCursor({ epoch, eventNumber, at }),
};

/**
 * Returns one value for each added message, and none for other events. For a reset, throws an error whose code is the
 * reason.
 */
export const messagesAdded: Values<WithEpoch<MessageAdded>> = {
  values: addedMessages,
  authorsOf: ({ message }) => (message.authorId ? [message.authorId] : []),
  cursorOf: (event) => streamCursor(positionAfter(event.epoch, event)),
};

function addedMessages(batch: Batch<RoomEvent>): readonly WithEpoch<MessageAdded>[] {
  if (batch.resetReason) {
    const message =
      'The subscription cannot continue from this cursor. Fetch the room again, and subscribe after its syncCursor.';
    throw new ChatError(batch.resetReason, message);
  }
  const { epoch } = batch;
  return batch.events.flatMap((event) => (event.type === 'MESSAGE_ADDED' ? { ...event, epoch } : []));
}
