import { ChatError } from '../errors.ts';
import type { MessageAdded, RoomEvent } from '../events.ts';
import type { Step } from '../live/step.ts';

/** An event with the history (epoch) that its number belongs to. */
export type Placed<Event> = Event & { epoch: string };

/** Each step is one batch, whatever it tells. */
export function batches(step: Step<RoomEvent>): readonly Step<RoomEvent>[] {
  return [step];
}

/** Each added message by itself; nothing for other steps. Throws what tells a client to start over. */
export function addedMessages(step: Step<RoomEvent>): readonly Placed<MessageAdded>[] {
  if (step.resetReason) {
    const message =
      'The subscription cannot go on from this cursor: fetch the room again, and subscribe after its syncCursor.';
    throw new ChatError(step.resetReason, message);
  }
  const { epoch } = step;
  return step.events.flatMap((event) => (event.type === 'MESSAGE_ADDED' ? { ...event, epoch } : []));
}
