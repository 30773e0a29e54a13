import type { MessageRow } from '../graphql/nodes.ts';
import type { Revision } from '../live/log.ts';
import { kindOf, messageOf, type RoomEvent } from './events/kinds.ts';

/**
 * Returns how an event changes earlier events, which show the edited or deleted message too. Null if it changes none.
 */
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
