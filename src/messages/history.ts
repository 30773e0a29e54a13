import { connect, numberPattern, pageLoader } from '../connections.ts';
import type { Context } from '../context.ts';
import type { MessageRow } from '../events.ts';
import { loaderOf } from '../loaders.ts';
import type { RoomRow } from '../rooms/closed.ts';
import { inReadableRooms } from '../rooms/membership.ts';

/** Messages go by their number in the room, never by time. */
const bySequence = { name: 'message', of: (message: MessageRow) => message.sequence, pattern: numberPattern };

const messagesOfRooms = pageLoader<MessageRow>({
  table: 'Message',
  parent: 'roomId',
  key: 'sequence',
  keyType: 'int',
});

/** A page of a room's messages, oldest first. The viewer must be known to see the room. */
export function messagePage(context: Context, { id, isClosed }: RoomRow, args: Parameters<typeof connect>[0]) {
  return connect(args, bySequence, async (stretch) => (isClosed ? [] : messagesOfRooms(context, stretch).load(id)));
}

/** The message with its cursor, as it stands in a page. */
export function messageEdge(message: MessageRow) {
  return { cursor: Buffer.from(`${bySequence.name}:${message.sequence}`).toString('base64url'), node: message };
}

/** The newest message of each room, null without any; one statement for all that an operation asks. */
export const latestMessages = loaderOf<MessageRow>(
  ({ db }, roomIds) => db.$queryRaw`
    SELECT m.* FROM "RoomHead" h JOIN "Message" m ON m."roomId" = h."roomId" AND m."sequence" = h."lastSequence"
    WHERE h."roomId" = ANY(${roomIds}::uuid[])`,
  ({ roomId }) => roomId,
);

/** Of these messages, those in rooms that the viewer may see. */
export async function findReadableMessages(context: Context, ids: string[]): Promise<MessageRow[]> {
  const messages = await context.db.message.findMany({ where: { id: { in: ids } } });
  return inReadableRooms(context, messages);
}

/** Messages by id, null for those in rooms that the viewer may not see. */
export const readableMessages = loaderOf(findReadableMessages, ({ id }) => id);
