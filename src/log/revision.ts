import type { MessageRow } from '../graphql/nodes.ts';
import type { Revision } from '../live/log.ts';
import { messageOf, type RoomEvent } from './events.ts';

/** What an event makes of earlier ones of its room: an edited text is edited, a deleted one is gone, in the past too. */
export function revisionBy(event: RoomEvent): Revision<RoomEvent> | null {
  return event.type === 'MESSAGE_UPDATED' || event.type === 'MESSAGE_DELETED' ? revision(event.message) : null;
}

function revision(message: MessageRow): Revision<RoomEvent> {
  return (earlier) =>
    'message' in earlier && messageOf(earlier)?.id === message.id
      ? { ...earlier, message: { ...earlier.message, ...message } }
      : earlier;
}
