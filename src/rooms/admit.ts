import { isMember } from '../access/standing.ts';
import { banned } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Membership, RoomRole } from '../generated/prisma/client.ts';
import type { RoomLog } from '../log/room-log.ts';

interface Admission {
  role?: RoomRole;
  /** Whether a system message announces them; not in conversations, whose members are there from the start. */
  isWelcomed?: boolean;
}

/**
 * Makes users members of the room, records it, and returns their memberships in the order of `userIds`. A user who is a
 * member already stays one, without an event. Earlier messages count as read. Throws BANNED and then admits no user.
 */
export async function admit(
  log: RoomLog,
  userIds: readonly string[],
  { role = 'MEMBER', isWelcomed = true }: Admission = {},
): Promise<Membership[]> {
  const { tx, room, now } = log;
  const known = await tx.membership.findMany({ where: { roomId: room.id, userId: { in: [...userIds] } } });
  const byUser = new Map(known.map((row) => [row.userId, row]));
  if (known.some(({ state }) => state === 'BANNED')) throw banned();

  const fresh: Membership[] = [];
  for (const userId of new Set(userIds)) {
    const before = byUser.get(userId);
    if (isMember(before)) continue;
    // This never moves a position back: no member can have read further than the newest message.
    const positions = { lastReadSequence: log.lastSequence, lastNotifiedSequence: log.lastSequence };
    const numbered = log.next();
    const change = {
      ...positions,
      role,
      state: 'JOINED' as const,
      joinedAt: now,
      stateEventNumber: numbered.eventNumber,
    };
    const membership: Membership = before
      ? await tx.membership.update({ where: { id: before.id }, data: change })
      : { ...change, notificationLevel: 'ALL', id: newId(), roomId: room.id, userId };
    if (!before) fresh.push(membership);
    byUser.set(userId, membership);
    log.record({ ...numbered, type: 'MEMBERSHIP_CHANGED', membership: { ...membership, room } });
    log.changeMemberCount(+1);
    if (isWelcomed) log.addSystemMessage('MEMBER_JOINED', userId);
  }
  await tx.membership.createMany({ data: fresh });
  return userIds.flatMap((userId) => byUser.get(userId) ?? []);
}
