import { coalesce } from '../base/coalesce.ts';
import type { Room } from '../generated/prisma/client.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import type { Query } from '../storage/pool.ts';

const statement = `SELECT * FROM "Room" WHERE "id" = ANY($1::uuid[])`;

/** A room as committed when this is asked, null for none. */
export type RoomOf = (roomId: string) => Promise<Room | null>;

/** Answers for all who ask at a time in one statement: a message to a large room is shown to thousands, each by itself. */
export function roomsFrom(query: Query): RoomOf {
  return coalesce(async (ids) => {
    const rows = await query<Room & Record<string, unknown>>('rooms', statement, [[...new Set(ids)]]);
    return inOrderOf(ids, rows, ({ id }) => id);
  });
}
