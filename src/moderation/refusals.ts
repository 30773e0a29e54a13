import { rightMissing } from '../access/refusals.ts';
import type { RoomPermission } from '../access/rights.ts';
import { isPublic } from '../access/standing.ts';
import { ChatError, conflict, forbidden } from '../base/errors.ts';
import type { Room } from '../generated/prisma/client.ts';
import type { ExpelRefusal } from '../log/changes/expel.ts';
import type { Moderation, ModerationRefusal } from '../log/changes/moderate.ts';

/** What a moderator does to a user. */
type Action = Exclude<Moderation['action'], 'RUN_OUT'> | 'REMOVED' | 'BANNED';

/** What was refused, and in which room. */
interface Attempt {
  action: Action;
  permission: RoomPermission;
  room: Pick<Room, 'kind'>;
}

/** Returns the error for a moderator whose change of a membership was refused. */
export function moderationRefused(
  refusal: ExpelRefusal | ModerationRefusal,
  { action, permission, room }: Attempt,
): ChatError {
  if (refusal === 'NO_MEMBERSHIP') {
    return new ChatError('NOT_FOUND', withoutMembership(action, room), { path: ['userId'] });
  }
  if (refusal === 'LAST_OWNER') {
    return conflict('A room keeps at least one owner. Make another member an owner first.', ['role']);
  }
  // The viewer has the permission, or had it a moment ago: it is the other user on whom they may not act.
  if (refusal !== 'FORBIDDEN') return rightMissing({ refusal, permission }, ['roomId']);
  return forbidden(
    'Owners may do this to all other members, moderators only to those who are neither owner nor moderator.',
    ['userId'],
  );
}

/** Says why nothing can be done to a user who has no membership, and what to do instead. */
function withoutMembership(action: Action, room: Pick<Room, 'kind'>): string {
  if (action === 'SET_ROLE') return 'The user is not a member of this room. Add them first, with addMembers.';
  const isBannable = action === 'MUTE' && isPublic(room);
  const instead = isBannable ? ' Only members can be muted. To keep this user from writing, use banMember.' : '';
  return `The user has never been a member of this room.${instead}`;
}
