import { rightMissing } from '../access/refusals.ts';
import type { RoomPermission } from '../access/rights.ts';
import { type ChatError, conflict, forbidden, notFound } from '../base/errors.ts';
import type { ExpelRefusal } from '../log/changes/expel.ts';
import type { ModerationRefusal } from '../log/changes/moderate.ts';

/** Returns the error for a moderator whose change of a membership was refused. */
export function moderationRefused(refusal: ExpelRefusal | ModerationRefusal, permission: RoomPermission): ChatError {
  if (refusal === 'NO_MEMBERSHIP') return notFound('member', ['userId']);
  if (refusal === 'LAST_OWNER') {
    return conflict('A room keeps at least one owner. Make another member an owner first.', ['role']);
  }
  // The viewer has the permission, or had it a moment ago: it is the other user on whom they may not act.
  if (refusal !== 'FORBIDDEN') return rightMissing({ refusal, permission }, ['roomId']);
  return forbidden('Owners may do this to all other members, moderators to members without a role.', ['userId']);
}
