import { isMemberSql, isPublicSql } from '../access/standing.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Services } from '../graphql/context.ts';
import { heirSql } from '../log/changes/departure.ts';
import { moderate } from '../log/changes/moderate.ts';

/** Rooms that are handed over together. */
const atOnce = 100;

/** A membership with the role OWNER, and who takes the room over; null if nobody can. */
interface Owned {
  id: string;
  roomId: string;
  heirId: string | null;
}

/**
 * Ends the role OWNER of a deactivated user in private rooms, as nobody could act as such an owner. Another owner stays or, if
 * there is none, the member becomes one whom `departureSql` would choose; deactivated users are skipped. A room without any
 * other member keeps its owner. Public rooms need no heir, as administrators have the rights of an owner there. Repeating this is no error: it
 * completes what an earlier call has not done.
 */
export async function handOverRooms({ prisma, log }: Pick<Services, 'prisma' | 'log'>, userId: string): Promise<void> {
  const giveUp = async ({ roomId, heirId }: Owned) => {
    if (heirId === null) return;
    const change = { roomId, actorId: userId, action: 'SET_ROLE' as const };
    const { membership } = await log.writer.write(moderate, { ...change, userId: heirId, role: 'OWNER' });
    // The heir may have left a moment ago.
    if (membership) await log.writer.write(moderate, { ...change, userId, role: 'MEMBER' });
  };
  let rooms: Owned[] = [];
  do {
    rooms = await prisma.$queryRaw<Owned[]>(ownedAfter(userId, rooms.at(-1)?.id ?? null));
    await Promise.all(rooms.map(giveUp));
  } while (rooms.length === atOnce);
}

function ownedAfter(userId: string, after: string | null): Prisma.Sql {
  return Prisma.sql`
    SELECT own."id", own."roomId", heir."userId" AS "heirId"
    FROM "Membership" own JOIN "Room" room ON room."id" = own."roomId"
    LEFT JOIN LATERAL (
      ${Prisma.raw(heirSql('own."roomId"', 'staying."userId" <> own."userId"'))}
    ) heir ON true
    WHERE own."userId" = ${userId}::uuid AND ${Prisma.raw(isMemberSql('own'))} AND own."role" = 'OWNER'
      AND NOT ${Prisma.raw(isPublicSql('room."kind"'))} AND (${after}::uuid IS NULL OR own."id" > ${after}::uuid)
    ORDER BY own."id" LIMIT ${atOnce}`;
}
