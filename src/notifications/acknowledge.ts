import { refuseOutsider } from '../access/membership.ts';
import { isMemberSql } from '../access/standing.ts';
import { invalidInput } from '../base/errors.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';

interface Acknowledged {
  roomId: string;
  upToSequence: number;
}

/**
 * Takes notice of a room's notifications up to a message, on all devices of the viewer, without reading them; beyond the
 * newest it means that one, and an earlier one changes nothing. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED.
 */
export async function acknowledgeNotifications(
  context: Context,
  { roomId, upToSequence }: Acknowledged,
): Promise<void> {
  const { userId } = requireViewer(context);
  if (upToSequence < 0) throw invalidInput(`Got ${upToSequence}; expected 0 or more.`, ['upToSequence'], 'min');
  const members = await context.services.prisma.$executeRaw`
    UPDATE "Membership" place
    SET "lastNotifiedSequence" = greatest(place."lastNotifiedSequence", least(${upToSequence}::int, head."lastSequence"))
    FROM "RoomHead" head
    WHERE head."roomId" = ${roomId}::uuid AND place."roomId" = ${roomId}::uuid AND place."userId" = ${userId}::uuid
      AND ${Prisma.raw(isMemberSql('place'))}`;
  if (members === 0) await refuseOutsider(context, roomId);
}
