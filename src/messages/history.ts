import { inReadableRooms } from '../access/membership.ts';
import { loadCounted } from '../graphql/budget.ts';
import { connect, numberPattern, pageLoader } from '../graphql/connections.ts';
import type { Context } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MessageRow, RoomRow } from '../graphql/nodes.ts';

/** Messages in one statement: 16 MB of text at the very most. */
const rowsAtOnce = 1000;

/** Messages go by their number in the room, never by time. */
export const bySequence = { name: 'message', of: (message: MessageRow) => message.sequence, pattern: numberPattern };

const messagesOfRooms = pageLoader<MessageRow>(
  { table: 'Message', parent: 'roomId', key: 'sequence', keyType: 'int' },
  { atOnce: rowsAtOnce, textOf: ({ text }) => text },
);

/** A page of a room's messages, oldest first. The viewer must be known to see the room. */
export function messagePage(context: Context, { id, isRedacted }: RoomRow, args: Parameters<typeof connect>[0]) {
  return connect(args, bySequence, async (stretch) => (isRedacted ? [] : messagesOfRooms(context, stretch).load(id)));
}

/** The newest message of each room, null without any; one statement for all that an operation asks. */
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

/** Of these messages, those in rooms that the viewer may see. */
export async function findReadableMessages(context: Context, ids: string[]): Promise<MessageRow[]> {
  const messages = await loadCounted(context, {
    keys: ids,
    atOnce: rowsAtOnce,
    load: (keys) => context.db.message.findMany({ where: { id: { in: keys } } }),
    textsOf: ({ text }) => [text],
  });
  return inReadableRooms(context, messages);
}

/** Messages by id, null for those in rooms that the viewer may not see. */
export const readableMessages = loaderOf(findReadableMessages, ({ id }) => id);
