import { readableRooms, viewerMemberships } from '../access/membership.ts';
import { isModerating, rankOf } from '../access/rank.ts';
import { nowSql } from '../access/standing.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';

/** When user $2 sent their last message to each of the rooms $1. */
const statement = `
  SELECT want.room AS "roomId", own."lastMessageAt", ${nowSql} AS now FROM unnest($1::uuid[]) AS want(room) CROSS JOIN LATERAL (
    SELECT "lastMessageAt" FROM "Membership" WHERE "roomId" = want.room AND "userId" = $2::uuid LIMIT 1
  ) own WHERE own."lastMessageAt" IS NOT NULL`;

interface LastMessage extends Record<string, unknown> {
  roomId: string;
  lastMessageAt: Date;
  /** By the clock of the database, which judges slow mode. */
  now: Date;
}

/** The viewer's last message in each room, by the id of the room. One statement loads all ids of one tick. */
const lastOwnMessages = loaderOf<LastMessage>(
  (context, roomIds) => {
    const { userId } = requireViewer(context);
    return queryOf(context)<LastMessage>('last own messages', statement, [roomIds, userId]);
  },
  ({ roomId }) => roomId,
);

/**
 * Returns until when slow mode keeps the viewer, whose membership this is, from sending a message; null if it does not. Looks
 * up the viewer's last message only in rooms with slow mode, and not for viewers who moderate the room.
 */
export async function nextMessageAt(context: Context, membership: MembershipRow): Promise<Date | null> {
  const { roomId } = membership;
  const room = await currentRoom(context, membership);
  if (!room?.slowModeSeconds || room.isRedacted) return null;
  const own = membership.isCurrent ? membership : await viewerMemberships(context).load(roomId);
  if (isModerating(rankOf(room, own, requireViewer(context)))) return null;
  const last = await lastOwnMessages(context).load(roomId);
  if (!last) return null;
  const next = new Date(last.lastMessageAt.getTime() + 1000 * room.slowModeSeconds);
  return next > last.now ? next : null;
}

/** Returns the room that was read with the membership, or else loads it; the row of an event may have older rules. */
function currentRoom(context: Context, { isCurrent, room, roomId }: MembershipRow): RoomRow | Promise<RoomRow | null> {
  return isCurrent && room ? room : readableRooms(context).load(roomId);
}
