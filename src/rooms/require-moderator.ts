import { requireReadableRoom, viewerMemberships } from '../access/membership.ts';
import { isMember } from '../access/standing.ts';
import { type ChatError, forbidden, notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { ExpelRefusal } from '../log/changes/expel.ts';

/**
 * Returns the viewer's id. Throws NOT_FOUND, BANNED or FORBIDDEN for a viewer who cannot moderate the room. The statement of
 * the change decides; this keeps the attempts of other users out of the queue, where they would delay changes of the same
 * member.
 */
export async function requireModerator(context: Context, roomId: string): Promise<string> {
  const { userId } = requireViewer(context);
  await requireReadableRoom(context, roomId);
  const own = await viewerMemberships(context).load(roomId);
  if (!isMember(own) || own.role === 'MEMBER') throw moderationRefusals.FORBIDDEN();
  return userId;
}

/** Errors for refusals that all changes by moderators have in common. */
export const moderationRefusals: Record<ExpelRefusal, () => ChatError> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  FIXED: () => forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']),
  FORBIDDEN: () =>
    forbidden('Owners may do this to all other members, moderators to members without a role.', ['userId']),
  NO_MEMBERSHIP: () => notFound('member', ['userId']),
};
