import type { Context } from '../context.ts';
import type { RoomHead } from '../generated/prisma/client.ts';
import { loaderOf, loadRequired } from '../loaders.ts';
import type { RoomRow } from './closed.ts';

/** The counters of rooms; one statement for all that an operation asks. */
export const roomHeads = loaderOf<RoomHead>(
  ({ db }, roomIds) => db.roomHead.findMany({ where: { roomId: { in: [...roomIds] } } }),
  ({ roomId }) => roomId,
);

/** How many members a room has. */
export async function countMembers(context: Context, { id, isClosed }: RoomRow): Promise<number> {
  return isClosed ? 0 : (await loadRequired(roomHeads(context), id)).memberCount;
}
