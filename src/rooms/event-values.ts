import { ChatError } from '../base/errors.ts';
import type { Batch } from '../live/batch.ts';
import { positionAfter } from '../live/log.ts';
import { streamCursor } from '../log/cursor.ts';
import type { WithEpoch } from '../log/events/event.ts';
import { messageOf, type RoomEvent } from '../log/events/kinds.ts';
import type { MessageAdded } from '../log/events/message-added.ts';

/** How a subscription field turns a batch into values, who wrote the content of a value, and the cursor after it. */
export interface Values<Value> {
  values: (batch: Batch<RoomEvent>) => readonly Value[];
  authorsOf: (value: Value) => readonly string[];
  cursorOf: (value: Value) => string;
}

/** Gives each batch as it is, whatever its status. */
export const batches: Values<Batch<RoomEvent>> = {
  values: (batch) => [batch],
  authorsOf: ({ events }) => events.flatMap((event) => messageOf(event)?.authorId ?? []),
  cursorOf: ({ epoch, positionAfter: eventNumber, at }) => streamCursor({ epoch, eventNumber, at }),
};

/** Gives each added message by itself, and nothing for other events. Throws an error with the reset reason as its code. */
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
