import { requireRight } from '../access/require-right.ts';
import type { RoomPermission } from '../access/rights.ts';
import type { RoomRole } from '../generated/prisma/client.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type Moderation, moderate } from '../log/changes/moderate.ts';
import type { ChangedMembership, MemberTerms } from './expel-member.ts';
import { moderationRefused } from './refusals.ts';
import { refuseUntil, requireReason, requireUntil } from './terms.ts';
import { moderateWithinQuota } from './within-quota.ts';

/** Ends a ban: the user may join again, or be added again. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, RATE_LIMITED. */
export function unbanMember(
  context: Context,
  { roomId, userId, reason, until }: MemberTerms,
): Promise<ChangedMembership> {
  refuseUntil(until);
  return change(context, { roomId, userId, action: 'UNBAN', reason: requireReason(reason) });
}

/**
 * Keeps a member or former member from sending messages, until a time or for ever; leaving and coming back ends no mute. A
 * second mute replaces the terms of the first one. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, RATE_LIMITED.
 */
export function muteMember(
  context: Context,
  { roomId, userId, reason, until }: MemberTerms,
): Promise<ChangedMembership> {
  return change(context, {
    roomId,
    userId,
    action: 'MUTE',
    until: requireUntil(until),
    reason: requireReason(reason),
  });
}

/** Ends a mute. Throws INVALID_INPUT, NOT_FOUND, FORBIDDEN, RATE_LIMITED. */
export function unmuteMember(
  context: Context,
  { roomId, userId, reason, until }: MemberTerms,
): Promise<ChangedMembership> {
  refuseUntil(until);
  return change(context, { roomId, userId, action: 'UNMUTE', reason: requireReason(reason) });
}

/** Gives a member another role, by an owner. Throws NOT_FOUND, FORBIDDEN, and CONFLICT for the role of the last owner. */
export function setMemberRole(
  context: Context,
  { roomId, userId, role }: { roomId: string; userId: string; role: RoomRole },
): Promise<ChangedMembership> {
  return change(context, { roomId, userId, action: 'SET_ROLE', role });
}

type Action = Exclude<Moderation['action'], 'RUN_OUT'>;

const permissions: Record<Action, RoomPermission> = {
  MUTE: 'MUTE',
  UNMUTE: 'MUTE',
  UNBAN: 'BAN',
  SET_ROLE: 'SET_ROLES',
};

async function change(
  context: Context,
  wanted: Omit<Moderation, 'actorId'> & { action: Action },
): Promise<ChangedMembership> {
  const { userId: actorId } = requireViewer(context);
  const permission = permissions[wanted.action];
  const known = await requireRight(context, wanted.roomId, permission);
  const write = () => context.services.log.writer.write(moderate, { ...wanted, actorId });
  const { verdict, membership, room } = await moderateWithinQuota(context, wanted, write);
  if (!membership) throw moderationRefused(verdict, { action: wanted.action, permission, room: known });
  if (wanted.until) context.services.runOuts.expect(wanted.until);
  return { membership, room };
}
