import { viewerMemberships } from '../access/membership.ts';
import { redactedRoom } from '../access/redacted-room.ts';
import { isConversation, isMember, mayRead, ofMembers } from '../access/standing.ts';
import { forbidden, notFound } from '../base/errors.ts';
import type { Membership, Prisma, Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { changeRoom } from '../log/change-room.ts';
import type { RoomLog } from '../log/room-log.ts';

/**
 * Ends the viewer's membership; leaving again is not an error. If the last owner leaves, the longest-standing moderator
 * becomes the owner or, without one, the longest-standing member. `room` is null if the viewer may no longer read it.
 * Throws NOT_FOUND, and FORBIDDEN for a conversation, whose members are fixed.
 */
export async function leaveRoom(
  context: Context,
  roomId: string,
): Promise<{ membership: MembershipRow; room: Room | null }> {
  const { userId } = requireViewer(context);
  const known = await viewerMemberships(context).load(roomId);
  if (!known) throw notFound('membership', ['roomId']);

  return changeRoom(context.services, { roomId, actorId: userId }, async (log) => {
    const { room, tx } = log;
    if (isConversation(room)) throw forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']);
    const before = await tx.membership.findUniqueOrThrow({ where: { id: known.id } });
    const membership = isMember(before) ? await endMembership(log, before) : before;
    if (mayRead(room, membership)) return { membership: { ...membership, room }, room };
    return { membership: { ...membership, room: redactedRoom(room) }, room: null };
  });
}

async function endMembership(log: RoomLog, { id, userId, role }: Membership): Promise<Membership> {
  const numbered = log.next();
  const membership = await log.tx.membership.update({
    where: { id },
    data: { state: 'LEFT', role: 'MEMBER', stateEventNumber: numbered.eventNumber },
  });
  log.record({ ...numbered, type: 'MEMBERSHIP_CHANGED', membership: { ...membership, room: log.room } });
  log.changeMemberCount(-1);
  log.addSystemMessage('MEMBER_LEFT', userId);
  if (role === 'OWNER') await handOver(log);
  return membership;
}

/** Makes a member the owner of a room that has members but no owner. */
async function handOver(log: RoomLog): Promise<void> {
  const { tx, room } = log;
  const inRoom = { roomId: room.id, ...ofMembers };
  if (await tx.membership.findFirst({ where: { ...inRoom, role: 'OWNER' } })) return;
  const orderBy: Prisma.MembershipOrderByWithRelationInput[] = [{ joinedAt: 'asc' }, { id: 'asc' }];
  const heir =
    (await tx.membership.findFirst({ where: { ...inRoom, role: 'MODERATOR' }, orderBy })) ??
    (await tx.membership.findFirst({ where: inRoom, orderBy }));
  if (!heir) return;
  const membership = await tx.membership.update({ where: { id: heir.id }, data: { role: 'OWNER' } });
  log.record({ ...log.next(), type: 'MEMBERSHIP_CHANGED', membership: { ...membership, room: log.room } });
}
