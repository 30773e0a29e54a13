import { readableRooms, viewerMemberships } from '../access/membership.ts';
import { isModerating, rankOf } from '../access/rank.ts';
import { nowSql } from '../access/standing.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { loaderOf } from '../graphql/loaders.ts';
import type { MembershipRow, RoomRow } from '../graphql/nodes.ts';
import { queryOf } from '../graphql/query.ts';
import { slowModeWaitSql } from '../log/changes/slow-mode.ts';

const waitSql = slowModeWaitSql({ lastMessageAt: 'own."lastMessageAt"', seconds: 'room.seconds', now: nowSql });

/** When the next message of user $2, a member whom slow mode concerns, may come in each of the rooms $1; no row for now. */
const statement = `
  SELECT want.room AS "roomId", own."lastMessageAt" + make_interval(secs => room.seconds) AS at
  FROM unnest($1::uuid[]) AS want(room) CROSS JOIN LATERAL (
    SELECT "lastMessageAt" FROM "Membership" WHERE "roomId" = want.room AND "userId" = $2::uuid LIMIT 1
  ) own CROSS JOIN LATERAL (
    SELECT "slowModeSeconds" AS seconds FROM "Room" WHERE "id" = want.room LIMIT 1
  ) room WHERE ${waitSql} > 0`;

interface NextMessage extends Record<string, unknown> {
  roomId: string;
  at: Date;
}

/** When the viewer's next message to each room may come, by the id of the room. One statement loads all ids of one tick. */
const nextOwnMessages = loaderOf<NextMessage>(
  (context, roomIds) => {
    const { userId } = requireViewer(context);
    return queryOf(context)<NextMessage>('next own messages', statement, [roomIds, userId]);
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
  return (await nextOwnMessages(context).load(roomId))?.at ?? null;
}

/** Returns the room that was read with the membership, or else loads it; the row of an event may have older rules. */
function currentRoom(context: Context, { isCurrent, room, roomId }: MembershipRow): RoomRow | Promise<RoomRow | null> {
  return isCurrent && room ? room : readableRooms(context).load(roomId);
}
