import DataLoader from 'dataloader';
import { isKnownReadable } from '../access/known-readable.ts';
import { inReadableRooms } from '../access/membership.ts';
import { loadCounted } from '../graphql/budget.ts';
import { connect, numberPattern, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { inOrderOf, loaderOf, perOperation } from '../graphql/loaders.ts';
import type { MessageRow, RoomRow } from '../graphql/nodes.ts';
import type { Selecting } from '../graphql/selection.ts';
import { byParent, pageValues } from '../storage/pages.ts';
import { bareMessages, type MessageParts, partsOfMessage, partsOfPage } from './parts.ts';
import { messagesOfRooms, readMessages, rowsAtOnce, textsIn } from './read-messages.ts';

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

type Latest = DataLoader<string, MessageRow | null>;

/** Loaders of the newest messages of rooms, by what is read together with them. */
const latestLoaders = perOperation(() => new Map<string, Latest>());

/** Returns the newest message of a room; null if there is none. One statement reads those of all rooms of one tick. */
export async function latestMessage(context: Context, room: RoomRow, info: Selecting): Promise<MessageRow | null> {
  const isReadable = context.readsAhead && isKnownReadable(room);
  const parts = isReadable ? partsOfMessage(info) : bareMessages;
  const key = JSON.stringify(parts);
  const loaders = latestLoaders(context);
  const loader = loaders.get(key) ?? new DataLoader((roomIds) => readLatest(context, roomIds, parts));
  loaders.set(key, loader);
  const message = await loader.load(room.id);
  if (message && isReadable) inRoom(room, [message]);
  return message;
}

async function readLatest(context: Context, roomIds: readonly string[], parts: MessageParts) {
  const messages = await loadCounted(context, {
    keys: roomIds,
    atOnce: rowsAtOnce,
    load: (keys) => readMessages(context, { source: 'newest messages', values: [keys], parts }),
    textsOf: (message) => textsIn([message]),
  });
  return inOrderOf(roomIds, messages, ({ roomId }) => roomId);
}

/** Returns those of the messages whose room the viewer may read. */
export async function findReadableMessages(
  context: Context,
  ids: readonly string[],
  parts: MessageParts = bareMessages,
): Promise<MessageRow[]> {
  const messages = await loadCounted(context, {
    keys: ids,
    atOnce: rowsAtOnce,
    load: (keys) => readMessages(context, { source: 'messages by id', values: [keys], parts }),
    textsOf: (message) => textsIn([message]),
  });
  return inReadableRooms(context, messages);
}

/** Messages by id, null if the viewer may not read their room. */
export const readableMessages = loaderOf<MessageRow>(findReadableMessages, ({ id }) => id);

/** Loaders of messages by id, by what is read together with them. */
const nodeLoaders = perOperation(() => new Map<string, DataLoader<string, MessageRow | null>>());

/**
 * Returns a message; null if the viewer may not read its room. One statement reads what is selected of it: otherwise, its
 * reactions could be newer than its `lastEventNumber`.
 */
export function messageNode(context: Context, id: string, info: Selecting): Promise<MessageRow | null> {
  const parts = partsOfMessage(info);
  const key = JSON.stringify(parts);
  const loaders = nodeLoaders(context);
  const loader =
    loaders.get(key) ??
    new DataLoader(async (ids: readonly string[]) =>
      inOrderOf(ids, await findReadableMessages(context, ids, parts), (message) => message.id),
    );
  loaders.set(key, loader);
  return loader.load(id);
}
