import type { MessageRow } from '../graphql/nodes.ts';
import type { Revision } from '../live/log.ts';
import { kindOf, messageOf, type RoomEvent } from './events/kinds.ts';

/** Returns what an event makes of earlier ones of its room: an edited or deleted text is so in them too. Null: nothing. */
export function revisionBy(event: RoomEvent): Revision<RoomEvent> | null {
  const message = kindOf(event).revisesMessage ? messageOf(event) : null;
  return message && revisionTo(message);
}

function revisionTo(message: MessageRow): Revision<RoomEvent> {
  return (earlier) =>
    'message' in earlier && messageOf(earlier)?.id === message.id
      ? { ...earlier, message: { ...earlier.message, ...message } }
      : earlier;
}
