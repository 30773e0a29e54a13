import { isMemberSql, isPublicSql } from '../access/standing.ts';
import { Prisma, type PrismaClient } from '../generated/prisma/client.ts';
import { heirSql } from '../log/changes/departure.ts';
import { moderate } from '../log/changes/moderate.ts';
import type { RoomWriter } from '../log/writer/room-writer.ts';

/** Rooms that are handed over together. */
const atOnce = 100;

/** A membership with the role OWNER, and who takes the room over; null if nobody can. */
interface Owned {
  id: string;
  roomId: string;
  heirId: string | null;
}

interface Tools {
  prisma: PrismaClient;
  writer: Pick<RoomWriter, 'write'>;
}

/**
 * Ends the role OWNER of a deactivated user in private rooms, as nobody could act as such an owner. Another owner stays or, if
 * there is none, the member becomes one whom `departureSql` would choose; deactivated users are skipped. A room without any
 * other member keeps its owner. Public rooms need no heir, as administrators have the rights of an owner there. Returns whether
 * all is done; rejects after it has tried all rooms, if one failed. Repeating this is no error, and does nothing for a user who is not deactivated any more.
 */
export async function handOverRooms({ prisma, writer }: Tools, userId: string): Promise<boolean> {
  const giveUp = async ({ roomId, heirId }: Owned): Promise<boolean> => {
    if (heirId === null) return true;
    const change = { roomId, actorId: userId, action: 'SET_ROLE' as const };
    const { verdict, membership } = await writer.write(moderate, { ...change, userId: heirId, role: 'OWNER' });
    if (membership) await writer.write(moderate, { ...change, userId, role: 'MEMBER' });
    // The heir may have left a moment ago.
    return verdict !== 'NO_MEMBERSHIP';
  };
  const results: PromiseSettledResult<boolean>[] = [];
  let rooms: Owned[] = [];
  do {
    rooms = await prisma.$queryRaw<Owned[]>(ownedAfter(userId, rooms.at(-1)?.id ?? null));
    results.push(...(await Promise.allSettled(rooms.map(giveUp))));
  } while (rooms.length === atOnce);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.every((result) => result.status === 'fulfilled' && result.value);
}

function ownedAfter(userId: string, after: string | null): Prisma.Sql {
  return Prisma.sql`
    SELECT own."id", own."roomId", heir."userId" AS "heirId"
    FROM "Membership" own JOIN "Room" room ON room."id" = own."roomId"
    JOIN "User" account ON account."id" = own."userId" AND account."deactivatedAt" IS NOT NULL
    LEFT JOIN LATERAL (
      ${Prisma.raw(heirSql('own."roomId"', 'staying."userId" <> own."userId"'))}
    ) heir ON true
    WHERE own."userId" = ${userId}::uuid AND ${Prisma.raw(isMemberSql('own'))} AND own."role" = 'OWNER'
      AND NOT ${Prisma.raw(isPublicSql('room."kind"'))} AND (${after}::uuid IS NULL OR own."id" > ${after}::uuid)
    ORDER BY own."id" LIMIT ${atOnce}`;
}
