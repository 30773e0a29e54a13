import { requireRight } from '../access/require-right.ts';
import type { Room } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { MembershipRow } from '../graphql/nodes.ts';
import { expel, expelling } from '../log/changes/expel.ts';
import { requireUser } from '../users/require.ts';
import { moderationRefused } from './refusals.ts';
import { refuseUntil, requireReason, requireUntil } from './terms.ts';
import { moderateWithinQuota } from './within-quota.ts';

/** A user whom a moderator acts on, and on which terms. */
export interface MemberTerms {
  roomId: string;
  userId: string;
  reason?: string | null;
  until?: Date | null;
}

export interface ChangedMembership {
  membership: MembershipRow;
  room: Room;
}

/**
 * Ends a membership; the user may join again or be added again. Nothing changes for a user who is no member any more. Throws
 * INVALID_INPUT, NOT_FOUND, FORBIDDEN.
 */
export function removeMember(context: Context, { until, ...terms }: MemberTerms): Promise<ChangedMembership> {
  refuseUntil(until);
  return end(context, 'REMOVED', terms);
}

/**
 * Ends a membership and keeps the user from joining until a time, or for ever. From a public room, also bans a user who has
 * never been a member; nobody who is banned can read it. A second ban replaces the terms of the first one. Throws
 * INVALID_INPUT, NOT_FOUND, FORBIDDEN, RATE_LIMITED.
 */
export function banMember(context: Context, terms: MemberTerms): Promise<ChangedMembership> {
  return end(context, 'BANNED', terms, requireUntil(terms.until));
}

async function end(
  context: Context,
  state: 'REMOVED' | 'BANNED',
  { roomId, userId, reason }: MemberTerms,
  until?: Date,
): Promise<ChangedMembership> {
  const given = requireReason(reason);
  const { userId: actorId } = requireViewer(context);
  const permission = state === 'BANNED' ? 'BAN' : 'REMOVE_MEMBERS';
  const known = await requireRight(context, roomId, permission);
  if (state === 'BANNED') await requireUser(context.db, userId, ['userId']);
  const change = expelling({ roomId, actorId }, { userId, state, until, reason: given });
  const write = () => context.services.log.writer.write(expel, change);
  const { verdict, membership, room } = await moderateWithinQuota(context, { roomId, userId }, write);
  if (!membership) throw moderationRefused(verdict, { action: state, permission, room: known });
  if (until) context.services.runOuts.expect(until);
  return { membership, room };
}
