import type { MessageRow, RoomEvent } from '../events.ts';
import type { Revision } from '../live/log.ts';

/** What an event makes of earlier ones of its room: an edited text is edited, a deleted one is gone, in the past too. */
export function revisionBy(event: RoomEvent): Revision<RoomEvent> | null {
  if (event.type === 'MESSAGE_UPDATED') return revision(event.message.id, event.message);
  if (event.type !== 'MESSAGE_DELETED') return null;
  return revision(event.messageId, { text: null, deletedAt: event.occurredAt });
}

function revision(messageId: string, change: Partial<MessageRow>): Revision<RoomEvent> {
  return (earlier) => {
    if (earlier.type !== 'MESSAGE_ADDED' && earlier.type !== 'MESSAGE_UPDATED') return earlier;
    return earlier.message.id === messageId ? { ...earlier, message: { ...earlier.message, ...change } } : earlier;
  };
}
