import { banned, type ChatError, forbidden, muted, notFound, roomArchived } from '../base/errors.ts';
import type { RoomRole } from '../generated/prisma/client.ts';
import { isModerating } from './rank.ts';
import { isGranted, type RightRefusal, type RoomPermission } from './rights.ts';
import type { Standing } from './standing.ts';

/** Throws NOT_FOUND or BANNED unless the standing allows reading. `path`: the input field that names the room. */
export function requireReading(standing: Standing, path: readonly string[]): void {
  if (standing === 'banned') throw banned(null, path);
  if (standing === 'outsider') throw notFound('room', path);
}

/** Returns the error for a reader who does what only members may do. */
export function notAMember(path: readonly string[]): ChatError {
  return forbidden('Only members of the room can do this. Join it first.', path);
}

/** What a user was refused. */
export interface Refused {
  refusal: RightRefusal;
  permission: RoomPermission;
  /** Until when the user is muted or banned, if that is known. */
  until?: Date | null | undefined;
}

/** Returns the error for a user who does not have a right. `path`: the input field that names the room or the message. */
export function rightMissing({ refusal, permission, until }: Refused, path: readonly string[]): ChatError {
  return errors[refusal](path, permission, until ?? null);
}

type ErrorOf = (path: readonly string[], permission: RoomPermission, until: Date | null) => ChatError;

const errors: Record<RightRefusal, ErrorOf> = {
  NO_ROOM: (path) => notFound('room', path),
  BANNED: (path, _permission, until) => banned(until, path),
  FIXED: (path) => forbidden('The members of a DIRECT or SUPPORT conversation are fixed.', path),
  NOT_A_MEMBER: (path) => notAMember(path),
  MUTED: (path, _permission, until) => muted(until, path),
  FORBIDDEN: (path, permission) => {
    const holders = namesOf((role) => isGranted(permission, role));
    return forbidden(`Only ${holders} of the room may do this.`, path);
  },
  ARCHIVED: (path) => roomArchived(path),
  POSTING_POLICY: (path) => forbidden(`Only ${namesOf(isModerating)} of the room may send messages to it.`, path),
};

const roleNames: Record<RoomRole, string> = { OWNER: 'owners', MODERATOR: 'moderators', MEMBER: 'members' };

/** Returns the roles to which something applies, such as "owners and moderators". */
function namesOf(applies: (role: RoomRole) => boolean): string {
  const roles = (Object.keys(roleNames) as RoomRole[]).filter(applies);
  return new Intl.ListFormat('en').format(roles.map((role) => roleNames[role]));
}
