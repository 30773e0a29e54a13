import DataLoader from 'dataloader';
import { inReadableRooms } from '../access/membership.ts';
import { loadCounted } from '../graphql/budget.ts';
import type { Context } from '../graphql/context.ts';
import { perOperation } from '../graphql/loaders.ts';
import type { MessageRow } from '../graphql/nodes.ts';
import { bareMessages, type MessageParts } from './parts.ts';
import { readMessages, rowsAtOnce, textsIn } from './read-messages.ts';

/** Where a message is: its room, and its number there. */
export interface Place {
  roomId: string;
  sequence: number;
}

/** Reads the messages at places, by `placeKey`. The caller has checked that the viewer may read their rooms. */
export async function messagesAt(
  context: Context,
  places: readonly Place[],
  parts: MessageParts,
): Promise<Map<string, MessageRow>> {
  const messages = await loadCounted(context, {
    keys: [...new Map(places.map((place) => [placeKey(place), place])).values()],
    atOnce: rowsAtOnce,
    load: (wanted) => {
      const values = [wanted.map(({ roomId }) => roomId), wanted.map(({ sequence }) => sequence)];
      return readMessages(context, { source: 'messages at places', values, parts });
    },
    textsOf: (message) => textsIn([message]),
  });
  return new Map(messages.map((message) => [placeKey(message), message]));
}

/** Loads messages by their places, null if the viewer may not read their room. */
export const readableMessagesAt = perOperation(
  (context) =>
    new DataLoader<Place, MessageRow | null, string>(
      async (places) => {
        const messages = [...(await messagesAt(context, places, bareMessages)).values()];
        const readable = new Map(
          (await inReadableRooms(context, messages)).map((message) => [placeKey(message), message]),
        );
        return places.map((place) => readable.get(placeKey(place)) ?? null);
      },
      { cacheKeyFn: placeKey },
    ),
);

export function placeKey({ roomId, sequence }: Place): string {
  return `${roomId}:${sequence}`;
}
