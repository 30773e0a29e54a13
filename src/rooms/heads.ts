import { createContextCache } from '@pothos/core';
import DataLoader from 'dataloader';
import type { Context } from '../context.ts';
import type { RoomHead } from '../generated/prisma/client.ts';
import type { RoomRow } from './closed.ts';

/** The counters of rooms; one statement for all that an operation asks. */
export const roomHeads = createContextCache(
  ({ db }: Context) =>
    new DataLoader<string, RoomHead>(async (roomIds) => {
      const rows = await db.roomHead.findMany({ where: { roomId: { in: [...roomIds] } } });
      const byRoom = new Map(rows.map((row) => [row.roomId, row]));
      return roomIds.map((id) => byRoom.get(id) ?? new Error(`Room ${id} has no head`));
    }),
);

/** How many members a room has. */
export async function countMembers(context: Context, { id, isClosed }: RoomRow): Promise<number> {
  return isClosed ? 0 : (await roomHeads(context).load(id)).memberCount;
}
