import type { Want } from './recorded-groups.ts';
import type { ModelMember, RoomState } from './room-state.ts';

type Rule = (room: RoomState, want: Want, known: ReadonlySet<string>) => string;

/** For each kind of change but reactions: what a statement must decide. */
const rules: Record<string, Rule> = {
  join: judgeJoin,
  'add members': judgeAddition,
  'update room': judgeUpdate,
  send: judgeSend,
  edit: judgeEdit,
  delete: judgeDeletion,
  leave: judgeLeave,
  expel: judgeExpulsion,
  moderate: judgeModeration,
};

/** Returns the verdict about a change; `known`: the messages before the statement. */
export function verdictOf(room: RoomState, want: Want, known: ReadonlySet<string>): string {
  return rules[want.kind]!(room, want, known);
}

function judgeJoin(room: RoomState, { person }: Want): string {
  if (room.isMember(person)) return 'UNCHANGED';
  if (!room.isPublic) return 'NO_ROOM';
  if (room.isBanned(person)) return 'BANNED';
  return room.isArchived ? 'ARCHIVED' : 'WRITTEN';
}

function judgeAddition(room: RoomState, { person, target }: Want): string {
  if (!room.mayRead(person)) return room.isPublic ? 'BANNED' : 'NO_ROOM';
  if (room.kind === 'DIRECT') return 'FIXED';
  if (!room.isMember(person)) return 'NOT_A_MEMBER';
  if (room.isArchived) return 'ARCHIVED';
  if (isMuted(room, person)) return 'MUTED';
  if (room.isBanned(target)) return 'NEWCOMER_BANNED';
  return room.isMember(target) ? 'UNCHANGED' : 'WRITTEN';
}

function judgeUpdate(room: RoomState, { person, isArchiving, hasName, name }: Want): string {
  if (!room.mayRead(person)) return room.isPublic ? 'BANNED' : 'NO_ROOM';
  const roles = isArchiving === null ? ['OWNER', 'MODERATOR'] : ['OWNER'];
  if (!room.isMember(person) || !roles.includes(room.members.get(person)!.role)) return 'FORBIDDEN';
  if (isArchiving !== null) return room.isArchived === isArchiving ? 'UNCHANGED' : 'WRITTEN';
  if (room.isArchived) return 'ARCHIVED';
  return hasName && name !== room.name ? 'WRITTEN' : 'UNCHANGED';
}

function judgeSend(room: RoomState, { id, person, reference, reply }: Want, known: ReadonlySet<string>): string {
  const earlier = [...room.messages.values()].find((m) => m.authorId === person && m.reference === reference);
  if (earlier?.id === id) return 'KNOWN';
  if (!room.mayRead(person)) return room.isPublic ? 'BANNED' : 'NO_ROOM';
  if (earlier) return 'KNOWN';
  if (room.isArchived) return 'ARCHIVED';
  if (isMuted(room, person)) return 'MUTED';
  if (reply !== null && !known.has(reply)) return 'NO_REPLY';
  if (room.messages.has(id)) return 'TAKEN';
  if (waitOf(room, person) > 0) return 'SLOW_MODE';
  return room.isMember(person) ? 'WRITTEN' : 'NOT_A_MEMBER';
}

function isMuted(room: RoomState, person: string): boolean {
  const { role, mutedUntil = null } = room.members.get(person) ?? {};
  return role === 'MEMBER' && mutedUntil !== null && mutedUntil > room.now;
}

/** Returns for how many milliseconds somebody must wait before the next message; 0 or less for none. */
export function waitOf(room: RoomState, person: string): number {
  const { role = 'MEMBER' } = room.members.get(person) ?? {};
  const last = [...room.messages.values()].findLast(({ authorId }) => authorId === person);
  return last && role === 'MEMBER' ? last.at + room.slowModeSeconds * 1000 - room.now : 0;
}

/** Returns why a user may not edit or react to a message; null if they may, as far as the message and the room go. */
export function judgeMessage(room: RoomState, want: Want): string | null {
  return judgePlace(room, want) ?? (isMuted(room, want.person) ? 'MUTED' : null);
}

/** Returns why a user may not change a message at all; null if they may. */
function judgePlace(room: RoomState, { person, message: id }: Want): string | null {
  const message = room.messages.get(id);
  if (!message || !room.mayRead(person)) return 'NO_MESSAGE';
  if (message.authorId === null) return 'SYSTEM';
  if (!room.isMember(person)) return 'NOT_A_MEMBER';
  return room.isArchived ? 'ARCHIVED' : null;
}

function judgeEdit(room: RoomState, want: Want): string {
  const refusal = judgeMessage(room, want);
  if (refusal) return refusal;
  const message = room.messages.get(want.message)!;
  if (message.authorId !== want.person) return 'NOT_THE_AUTHOR';
  if (message.isDeleted) return 'DELETED';
  return message.text === want.text ? 'UNCHANGED' : 'WRITTEN';
}

function judgeDeletion(room: RoomState, want: Want): string {
  const refusal = judgePlace(room, want);
  if (refusal) return refusal;
  const message = room.messages.get(want.message)!;
  if (message.authorId !== want.person && room.members.get(want.person)!.role === 'MEMBER') return 'FORBIDDEN';
  return message.isDeleted ? 'UNCHANGED' : 'WRITTEN';
}

function judgeLeave(room: RoomState, { person }: Want): string {
  if (!room.members.has(person)) return 'NO_MEMBERSHIP';
  if (room.kind === 'DIRECT') return 'FIXED';
  return room.isMember(person) ? 'WRITTEN' : 'UNCHANGED';
}

/** Returns why somebody may not moderate a room at all; null if they may. */
function judgeModerator(room: RoomState, person: string): string | null {
  const own = room.members.get(person);
  if (!room.mayRead(person)) return room.isPublic ? 'BANNED' : 'NO_ROOM';
  if (room.kind === 'DIRECT') return 'FIXED';
  return own?.state !== 'JOINED' || own.role === 'MEMBER' ? 'FORBIDDEN' : null;
}

function judgeExpulsion(room: RoomState, { person, target, state, until, reason }: Want): string {
  const [own, other] = [room.members.get(person), room.members.get(target)];
  const refusal = judgeModerator(room, person);
  if (refusal) return refusal;
  if (person === target) return 'FORBIDDEN';
  if (!other) return state === 'BANNED' && room.isPublic ? 'WRITTEN' : 'NO_MEMBERSHIP';
  if (own?.role === 'MODERATOR' && other.role !== 'MEMBER') return 'FORBIDDEN';
  if (state === 'REMOVED') return room.isMember(target) ? 'WRITTEN' : 'UNCHANGED';
  const isSame = room.isBanned(target) && other.bannedUntil === timeOf(until) && other.reason === reason;
  return isSame ? 'UNCHANGED' : 'WRITTEN';
}

function judgeModeration(room: RoomState, want: Want): string {
  const { person, target, action } = want;
  const [own, other] = [room.members.get(person), room.members.get(target)];
  if (action === 'RUN_OUT') return other && isDue(room, other) ? 'WRITTEN' : 'UNCHANGED';
  const refusal = judgeModerator(room, person);
  if (refusal) return refusal;
  const isOfRoles = action === 'SET_ROLE';
  if (isOfRoles ? own?.role !== 'OWNER' : person === target) return 'FORBIDDEN';
  if (!other || (isOfRoles && other.state !== 'JOINED')) return 'NO_MEMBERSHIP';
  if (own?.role === 'MODERATOR' && other.role !== 'MEMBER') return 'FORBIDDEN';
  if (isAlready(other, want)) return 'UNCHANGED';
  const owners = room.joined().filter(({ role }) => role === 'OWNER');
  return isOfRoles && other.role === 'OWNER' && owners.length === 1 ? 'LAST_OWNER' : 'WRITTEN';
}

function isDue({ now }: RoomState, { bannedUntil, mutedUntil }: ModelMember): boolean {
  return [bannedUntil, mutedUntil].some((until) => until !== null && until <= now);
}

function isAlready(other: ModelMember, { action, until, reason, role }: Want): boolean {
  if (action === 'MUTE') return other.mutedUntil === timeOf(until) && other.reason === reason;
  if (action === 'UNMUTE') return other.mutedUntil === null;
  return action === 'UNBAN' ? other.state !== 'BANNED' : other.role === role;
}

/** Returns a time as the model keeps it. */
export function timeOf(until: Date | null): number | null {
  return until?.getTime() ?? null;
}
