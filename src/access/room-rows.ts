import { coalesce } from '../base/coalesce.ts';
import { Prisma, type Room } from '../generated/prisma/client.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import { columnsOf } from '../storage/columns.ts';
import type { Query } from '../storage/pool.ts';

const statement = `SELECT ${columnsOf(Prisma.RoomScalarFieldEnum, '"Room"')} FROM "Room" WHERE "id" = ANY($1::uuid[])`;

/** Returns a room as committed at the time of the call; null if it is missing. */
export type RoomOf = (roomId: string) => Promise<Room | null>;

/** Loads rooms in one statement, in the order of `ids`; null for a missing room. */
export async function loadRooms(query: Query, ids: readonly string[]): Promise<(Room | null)[]> {
  const rows = await query<Room & Record<string, unknown>>('rooms', statement, [[...new Set(ids)]]);
  return inOrderOf(ids, rows, ({ id }) => id);
}

/** Combines the calls of all operations: after a message in a large room, thousands of results ask for the room. */
export function roomsFrom(query: Query): RoomOf {
  return coalesce((ids) => loadRooms(query, ids));
}
