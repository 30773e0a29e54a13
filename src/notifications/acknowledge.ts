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
 * Acknowledges a room's notifications up to a message, on all devices of the viewer; the messages stay unread. A number
 * above that of the newest message means the newest message. A number below the current position changes nothing.
 * Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, BANNED.
 */
export async function acknowledgeNotifications(
  context: Context,
  { roomId, upToSequence }: Acknowledged,
): Promise<void> {
  const { userId } = requireViewer(context);
  if (upToSequence < 0) throw invalidInput(`Got ${upToSequence}; expected 0 or more.`, ['upToSequence'], 'min');
  const members = await context.services.prisma.$executeRaw`
    UPDATE "Membership" membership
    SET "lastNotifiedSequence" = greatest(membership."lastNotifiedSequence", least(${upToSequence}::int, head."lastSequence"))
    FROM "RoomHead" head
    WHERE head."roomId" = ${roomId}::uuid AND membership."roomId" = ${roomId}::uuid AND membership."userId" = ${userId}::uuid
      AND ${Prisma.raw(isMemberSql('membership'))}`;
  if (members === 0) await refuseOutsider(context, roomId);
}
