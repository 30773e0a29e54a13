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

/** The rule of access: the standing of a user by the state of their membership. NONE: the user has no membership. */
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

/** Returns a user's standing with a room. `membership` is null if the user has never been a member. */
export function standingOf({ kind }: RoomOfKind, membership: MembershipInState | null): Standing {
  return standings[visibilities[kind]][membership?.state ?? 'NONE'];
}

/** Returns whether a user may read a room. `membership` is null if the user has never been a member. */
export function mayRead(room: RoomOfKind, membership: MembershipInState | null): boolean {
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

/** SQL: the same as `isConversation`, of a column with the kind of a room. */
export function isConversationSql(kind: string): string {
  const kinds = (Object.keys(visibilities) as RoomKind[]).filter((one) => isConversation({ kind: one }));
  return `${kind} IN (${kinds.map((one) => `'${one}'`).join(', ')})`;
}

/** SQL that returns the same as `standingOf`. The columns are null if the room or the membership is missing. */
export function standingSql(columns: { kind: string; state: string }): string {
  const kinds = publicKinds.map((kind) => `'${kind}'`).join(', ');
  const byState = (visibility: Visibility) => {
    const cases = Object.entries(standings[visibility]).map(
      ([state, standing]) => `WHEN '${state}' THEN '${standing}'`,
    );
    return `CASE coalesce(${columns.state}::text, 'NONE') ${cases.join(' ')} END`;
  };
  return `CASE WHEN ${columns.kind} IN (${kinds}) THEN ${byState('public')} ELSE ${byState('private')} END`;
}

/** SQL: the same as `isMember`, of a row of `Membership`. A plain comparison, so that PostgreSQL uses its indexes. */
export function isMemberSql(membership: string): string {
  return `${membership}."state" = 'JOINED'`;
}

/** The same as `isMember`, as a filter for Prisma. */
export const ofMembers = { state: 'JOINED' } as const satisfies MembershipInState;
