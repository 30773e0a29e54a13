import { Prisma, type RoomHead } from '../generated/prisma/client.ts';
import type { Context } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { columnsOf } from '../storage/columns.ts';

const statement = `
  SELECT ${columnsOf(Prisma.RoomHeadScalarFieldEnum, 'h')} FROM "RoomHead" h WHERE h."roomId" = ANY($1::uuid[])`;

const roomHeads = loaderOf<RoomHead>(
  (context, roomIds) => queryOf(context)<RoomHead & Record<string, unknown>>('counters of rooms', statement, [roomIds]),
  ({ roomId }) => roomId,
);

/** Returns the counters of a room. Loads all rooms of one tick in one statement. */
export async function headOf(context: Context, roomId: string): Promise<RoomHead> {
  const head = await roomHeads(context).load(roomId);
  if (!head) throw new Error(`Room ${roomId} has no head`);
  return head;
}

/** Returns how many members a room has. */
export function countMembers(context: Context, { id, isRedacted, memberCount }: RoomRow): number | Promise<number> {
  return isRedacted ? 0 : (memberCount ?? headOf(context, id).then((head) => head.memberCount));
}
