import type { MembershipState, RoomPermission } from '../documents.ts';
import type { RoomRole } from '../people/person.ts';
import type { PersonAct } from './person-menu.tsx';

/** What is known of a person in a room. */
export interface Standing {
  /** Null for somebody who was never a member, as far as is known. */
  state: MembershipState | null;
  role: RoomRole;
  isMuted: boolean;
  isBlocked: boolean;
}

/** Returns what the viewer may do with a person: `viewerPermissions`, and whom docs/rights.md lets them act on. */
export function rightsOver(
  { state, role, isMuted, isBlocked }: Standing,
  permissions: readonly RoomPermission[],
): ReadonlySet<PersonAct['type']> {
  const may = (permission: RoomPermission) => permissions.includes(permission);
  const isMember = state === 'JOINED';
  const isReached = role === 'MEMBER' || may('SET_ROLES'); // moderators act on members without a role
  const all: Partial<Record<PersonAct['type'], boolean>> = {
    message: true,
    block: !isBlocked,
    unblock: isBlocked,
    makeModerator: may('SET_ROLES') && isMember && role === 'MEMBER',
    makeMember: may('SET_ROLES') && isMember && role === 'MODERATOR',
    makeOwner: may('SET_ROLES') && isMember && role !== 'OWNER',
    mute: may('MUTE') && isMember && role === 'MEMBER' && !isMuted,
    unmute: may('MUTE') && isMuted,
    remove: may('REMOVE_MEMBERS') && isMember && isReached,
    ban: may('BAN') && state !== 'BANNED' && isReached,
    unban: may('BAN') && state === 'BANNED',
  };
  return new Set((Object.keys(all) as PersonAct['type'][]).filter((act) => all[act]));
}
