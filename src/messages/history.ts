import { isKnownReadable } from '../access/known-readable.ts';
import { inReadableRooms } from '../access/membership.ts';
import { loadCounted } from '../graphql/budget.ts';
import { connect, numberPattern, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MessageRow, RoomRow } from '../graphql/nodes.ts';
import type { Selecting } from '../graphql/selection.ts';
import { byParent, pageValues } from '../storage/pages.ts';
import { bareMessages, type MessageParts, partsOfPage } from './parts.ts';
import { messagesOfRooms, readMessages, textsIn } from './read-messages.ts';

/** The most messages that one statement reads: 16 MB of text at most. */
const rowsAtOnce = 1000;

/** Messages are ordered by their number in the room, never by time. */
export const bySequence = { name: 'message', of: (message: MessageRow) => message.sequence, pattern: numberPattern };

const pagesOfRooms = pageLoader<MessageRow, MessageParts>({
  load: async (context, roomIds, stretch, parts) => {
    const source = stretch.inverted ? 'page of messages, backwards' : 'page of messages';
    const rows = await readMessages(context, { source, values: pageValues(messagesOfRooms, roomIds, stretch), parts });
    const direction = stretch.inverted ? -1 : 1;
    rows.sort((one, other) => direction * (one.sequence - other.sequence));
    return byParent(rows, roomIds, ({ roomId }) => roomId);
  },
  texts: { atOnce: rowsAtOnce, of: textsIn },
});

/** Returns a page of a room's messages, oldest first. The caller has checked that the viewer may read the room. */
export function messagePage(
  context: Context,
  room: RoomRow,
  { args, info }: { args: Parameters<typeof connect>[0]; info: Selecting },
) {
  return connect(args, bySequence, async (stretch) => {
    if (room.isRedacted) return [];
    // In a room that the viewer may not read, such as one of the directory after a ban, loaders hide what is in it.
    const isReadable = context.readsAhead && isKnownReadable(room);
    const parts = isReadable ? partsOfPage(info) : bareMessages;
    const messages = await pagesOfRooms(context, stretch, parts).load(room.id);
    return isReadable ? inRoom(room, messages) : messages;
  });
}

/** Adds their room to messages and to the messages that they reply to, which are in the same room. */
function inRoom(room: RoomRow, messages: readonly MessageRow[]): readonly MessageRow[] {
  for (const message of messages) {
    message.room = room;
    if (message.replyTo) message.replyTo.room = room;
  }
  return messages;
}

/** Loads the newest message of each room, null if there is none. One statement loads all rooms of one tick. */
export const latestMessages = loaderOf<MessageRow>(
  (context, roomIds) =>
    loadCounted(context, {
      keys: roomIds,
      atOnce: rowsAtOnce,
      load: (keys) => context.db.$queryRaw<MessageRow[]>`
        SELECT m.* FROM "RoomHead" h JOIN "Message" m ON m."roomId" = h."roomId" AND m."sequence" = h."lastSequence"
        WHERE h."roomId" = ANY(${keys}::uuid[])`,
      textsOf: ({ text }) => [text],
    }),
  ({ roomId }) => roomId,
);

/** Returns those of the messages whose room the viewer may read. */
export async function findReadableMessages(context: Context, ids: string[]): Promise<MessageRow[]> {
  const messages = await loadCounted(context, {
    keys: ids,
    atOnce: rowsAtOnce,
    load: (keys) => context.db.message.findMany({ where: { id: { in: keys } } }),
    textsOf: ({ text }) => [text],
  });
  return inReadableRooms(context, messages);
}

/** Messages by id, null if the viewer may not read their room. */
export const readableMessages = loaderOf(findReadableMessages, ({ id }) => id);
