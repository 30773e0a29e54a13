import { ChatError } from '../base/errors.ts';
import { positionAfter } from '../live/log.ts';
import type { Step } from '../live/step.ts';
import { streamCursor } from './cursor.ts';
import { type MessageAdded, messageOf, type RoomEvent } from './events.ts';

/** An event with the history (epoch) that its number belongs to. */
export type Placed<Event> = Event & { epoch: string };

/** What a subscription field makes of a step, who wrote what its values tell of, and where to go on after each. */
export interface Values<Value> {
  values: (step: Step<RoomEvent>) => readonly Value[];
  authorsOf: (value: Value) => readonly string[];
  cursorOf: (value: Value) => string;
}

/** Each step is one batch, whatever it tells. */
export const batches: Values<Step<RoomEvent>> = {
  values: (step) => [step],
  authorsOf: ({ events }) => events.flatMap((event) => messageOf(event)?.authorId ?? []),
  cursorOf: ({ epoch, positionAfter: eventNumber, at }) => streamCursor({ epoch, eventNumber, at }),
};

/** Each added message by itself; nothing for other steps. Throws what tells a client to start over. */
export const messagesAdded: Values<Placed<MessageAdded>> = {
  values: addedMessages,
  authorsOf: ({ message }) => (message.authorId ? [message.authorId] : []),
  cursorOf: (event) => streamCursor(positionAfter(event.epoch, event)),
};

function addedMessages(step: Step<RoomEvent>): readonly Placed<MessageAdded>[] {
  if (step.resetReason) {
    const message =
      'The subscription cannot go on from this cursor: fetch the room again, and subscribe after its syncCursor.';
    throw new ChatError(step.resetReason, message);
  }
  const { epoch } = step;
  return step.events.flatMap((event) => (event.type === 'MESSAGE_ADDED' ? { ...event, epoch } : []));
}
