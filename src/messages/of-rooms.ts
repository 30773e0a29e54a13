import { isKnownReadable } from '../access/known-readable.ts';
import type { Context } from '../graphql/context.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { messagesAt, placeKey } from './at-places.ts';
import type { MessageParts } from './parts.ts';

/** Adds their newest message to those of the rooms that the viewer may read. Reads all messages in one statement. */
export async function addLatestMessages(
  context: Context,
  rooms: readonly RoomRow[],
  parts: MessageParts,
): Promise<void> {
  const readable = rooms.filter(isKnownReadable);
  const places = readable.map(({ id, lastSequence = 0 }) => ({ roomId: id, sequence: lastSequence }));
  const found = await messagesAt(
    context,
    places.filter(({ sequence }) => sequence > 0),
    parts,
  );
  for (const [index, room] of readable.entries()) {
    const { sequence = 0 } = places[index] ?? {};
    const message = found.get(placeKey({ roomId: room.id, sequence }));
    room.latestMessage = sequence === 0 ? null : message;
    if (message) message.room = room;
  }
}
