import { redactedRoom } from '../access/redacted-room.ts';
import { mayRead } from '../access/standing.ts';
import { type ChatError, conflict, forbidden, notFound } from '../base/errors.ts';
import type { Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { type LeaveRefusal, leave, leaving } from '../log/changes/leave.ts';

/**
 * Ends the viewer's membership; leaving again is not an error. `room` is null if the viewer may no longer read it. Throws
 * NOT_FOUND, FORBIDDEN for a conversation, whose members are fixed, and CONFLICT for the last owner among other members.
 */
export async function leaveRoom(
  context: Context,
  roomId: string,
): Promise<{ membership: MembershipRow; room: Room | null }> {
  const { userId: actorId } = requireViewer(context);
  const outcome = await context.services.log.writer.write(leave, leaving({ roomId, actorId }));
  if (!outcome.membership) throw refusals[outcome.verdict]();
  const { membership, room } = outcome;
  if (mayRead(room, membership)) return { membership, room };
  return { membership: { ...membership, room: redactedRoom(room) }, room: null };
}

const refusals: Record<LeaveRefusal, () => ChatError> = {
  NO_MEMBERSHIP: () => notFound('membership', ['roomId']),
  FIXED: () => forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']),
  LAST_OWNER: () =>
    conflict('You are the only owner of this room. Make another member an owner first (`setMemberRole`).', ['roomId']),
};
