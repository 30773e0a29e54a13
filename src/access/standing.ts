import type { MembershipState, RoomKind } from '../generated/prisma/client.ts';

/**
 * Where a user stands with a room. A member may read and write; a reader may read and join; a user who is banned from a
 * public room may know that it exists; for an outsider the room does not exist.
 */
export type Standing = 'member' | 'reader' | 'banned' | 'outsider';

type Visibility = 'public' | 'private';

/** CHANNEL and STREAM: every signed-in user may list, read and join them. */
const visibilities: Record<RoomKind, Visibility> = {
  CHANNEL: 'public',
  STREAM: 'public',
  GROUP: 'private',
  DIRECT: 'private',
  SUPPORT: 'private',
};

/**
 * The rule of access: the standing of a user by the state of their membership. NONE: the user has no membership. A ban that
 * has run out counts as LEFT.
 */
const standings: Record<Visibility, Record<MembershipState | 'NONE', Standing>> = {
  public: { JOINED: 'member', LEFT: 'reader', REMOVED: 'reader', BANNED: 'banned', NONE: 'reader' },
  private: { JOINED: 'member', LEFT: 'outsider', REMOVED: 'outsider', BANNED: 'outsider', NONE: 'outsider' },
};

interface RoomOfKind {
  kind: RoomKind;
}

interface MembershipInState {
  state: MembershipState;
}

interface BannableMembership extends MembershipInState {
  /** Null also for a ban without an end. */
  bannedUntil: Date | null;
}

/** Returns a user's standing with a room. `membership` is null if the user has never been a member. */
export function standingOf(
  { kind }: RoomOfKind,
  membership: BannableMembership | null,
  now: Date = new Date(),
): Standing {
  return standings[visibilities[kind]][membership ? stateAt(membership, now) : 'NONE'];
}

/** Returns the state of a membership at a time: a ban ends by itself, and the stored state follows a moment later. */
export function stateAt({ state, bannedUntil }: BannableMembership, now: Date): MembershipState {
  return state === 'BANNED' && bannedUntil !== null && bannedUntil <= now ? 'LEFT' : state;
}

/** Returns whether a user may read a room. `membership` is null if the user has never been a member. */
export function mayRead(room: RoomOfKind, membership: BannableMembership | null): boolean {
  return isReading(standingOf(room, membership));
}

/** Returns whether a user with this standing may read the room. */
export function isReading(standing: Standing): boolean {
  return standing === 'member' || standing === 'reader';
}

/** Returns whether a membership makes its user a member; the kind of room makes no difference. */
export function isMember<Row extends MembershipInState>(
  membership: Row | null | undefined,
): membership is Row & { state: 'JOINED' } {
  return membership?.state === 'JOINED';
}

/** Returns whether every signed-in user may list, read and join the room. */
export function isPublic({ kind }: RoomOfKind): boolean {
  return visibilities[kind] === 'public';
}

/** Returns whether the room has a fixed set of members: DIRECT and SUPPORT. */
export function isConversation({ kind }: RoomOfKind): boolean {
  return kind === 'DIRECT' || kind === 'SUPPORT';
}

/** Kinds of rooms that every signed-in user may list, read and join. */
export const publicKinds = (Object.keys(visibilities) as RoomKind[]).filter((kind) => isPublic({ kind }));

/** SQL: the same as `isPublic`, of a column with the kind of a room. */
export function isPublicSql(kind: string): string {
  return `${kind} IN (${publicKinds.map((one) => `'${one}'`).join(', ')})`;
}

/** SQL: the same as `isConversation`, of a column with the kind of a room. */
export function isConversationSql(kind: string): string {
  const kinds = (Object.keys(visibilities) as RoomKind[]).filter((one) => isConversation({ kind: one }));
  return `${kind} IN (${kinds.map((one) => `'${one}'`).join(', ')})`;
}

/** SQL: the time at which rights are judged, with the precision with which times are stored. */
export const nowSql = 'statement_timestamp()::timestamptz(3)';

/** SQL: the same as `stateAt` at present, as text; null if the membership is missing. */
export function stateSql({ state, bannedUntil }: Record<'state' | 'bannedUntil', string>): string {
  return `CASE WHEN ${state} = 'BANNED' AND ${bannedUntil} <= ${nowSql} THEN 'LEFT' ELSE ${state}::text END`;
}

/** SQL that returns the same as `standingOf`. The columns are null if the room or the membership is missing. */
export function standingSql({ kind, state, bannedUntil }: Record<'kind' | 'state' | 'bannedUntil', string>): string {
  const at = stateSql({ state, bannedUntil });
  const byState = (visibility: Visibility) => {
    const cases = Object.entries(standings[visibility]).map(([one, standing]) => `WHEN '${one}' THEN '${standing}'`);
    return `CASE coalesce(${at}, 'NONE') ${cases.join(' ')} END`;
  };
  return `CASE WHEN ${isPublicSql(kind)} THEN ${byState('public')} ELSE ${byState('private')} END`;
}

/** SQL: the same as `isMember`, of a row of `Membership`. A plain comparison, so that PostgreSQL uses its indexes. */
export function isMemberSql(membership: string): string {
  return `${membership}."state" = 'JOINED'`;
}

/** The same as `isMember`, as a filter for Prisma. */
export const ofMembers = { state: 'JOINED' } as const satisfies MembershipInState;
