import { requireReadableRoom, viewerMemberships } from '../access/membership.ts';
import { rankOf } from '../access/rank.ts';
import { type RoomPermission, refusalOf } from '../access/rights.ts';
import { banned, type ChatError, forbidden, notFound } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { ExpelRefusal } from '../log/changes/expel.ts';

/**
 * Returns the viewer's id. Throws NOT_FOUND, BANNED or FORBIDDEN for a viewer who has not this permission. The statement of
 * the change decides; this keeps the attempts of other users out of the queue, where they would delay changes of the same
 * member.
 */
export async function requireModerator(context: Context, roomId: string, permission: RoomPermission): Promise<string> {
  const { userId, isAdmin } = requireViewer(context);
  const room = await requireReadableRoom(context, roomId);
  const rank = rankOf(room, await viewerMemberships(context).load(roomId), { isAdmin });
  const refusal = refusalOf(permission, room, rank);
  if (refusal) throw (refusal === 'FIXED' ? moderationRefusals.FIXED : moderationRefusals.FORBIDDEN)();
  return userId;
}

/** Errors for refusals that all changes by moderators have in common. */
export const moderationRefusals: Record<ExpelRefusal, () => ChatError> = {
  NO_ROOM: () => notFound('room', ['roomId']),
  BANNED: () => banned(['roomId']),
  FIXED: () => forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', ['roomId']),
  FORBIDDEN: () =>
    forbidden('Owners may do this to all other members, moderators to members without a role.', ['userId']),
  NO_MEMBERSHIP: () => notFound('member', ['userId']),
};
