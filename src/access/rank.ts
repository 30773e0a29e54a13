import type { Membership, Room } from '../generated/prisma/client.ts';
import { isPublic, isPublicSql, nowSql, standingOf, standingSql } from './standing.ts';

/**
 * What a user is in a room, from the most rights to the fewest. ADMINISTRATOR: an administrator of the server in a public
 * room, also without a membership; in a private room of which they are a member, an administrator is an OWNER. MUTED: a
 * muted member with the role MEMBER. READER: a user who may read a public room and is not a member; MUTED_READER: one who left it
 * while muted. For an OUTSIDER, the room does not exist.
 */
export const ranks = [
  'ADMINISTRATOR',
  'OWNER',
  'MODERATOR',
  'MEMBER',
  'MUTED',
  'READER',
  'MUTED_READER',
  'BANNED',
  'OUTSIDER',
] as const;

export type Rank = (typeof ranks)[number];

/** What a rank depends on, of a membership. */
export type RankedMembership = Pick<Membership, 'state' | 'role' | 'mutedUntil' | 'bannedUntil'>;

/** The user whose rank is wanted, and when. */
export interface Ranked {
  isAdmin: boolean;
  /** The present if absent. */
  now?: Date;
}

/** Returns a user's rank in a room. `membership` is null if the user has never been a member. */
export function rankOf(room: Pick<Room, 'kind'>, membership: RankedMembership | null, ranked: Ranked): Rank {
  const { isAdmin, now = new Date() } = ranked;
  const standing = standingOf(room, membership, now);
  // A ban applies to administrators too. Only another administrator can ban one from a public room.
  if (standing === 'banned') return 'BANNED';
  if (standing === 'outsider') return 'OUTSIDER';
  if (isAdmin) return isPublic(room) ? 'ADMINISTRATOR' : 'OWNER';
  const isMuted = membership !== null && membership.mutedUntil !== null && membership.mutedUntil > now;
  if (standing === 'reader' || membership === null) return isMuted ? 'MUTED_READER' : 'READER';
  if (membership.role !== 'MEMBER') return membership.role;
  return isMuted ? 'MUTED' : 'MEMBER';
}

const moderating: readonly Rank[] = ['ADMINISTRATOR', 'OWNER', 'MODERATOR'];

/** Returns whether a user with this rank moderates the room: slow mode and the posting policy do not limit them. */
export function isModerating(rank: Rank): boolean {
  return moderating.includes(rank);
}

/** SQL: the same as `isModerating`, of a column with a rank. */
export function isModeratingSql(rank: string): string {
  return `${rank} IN (${moderating.map((one) => `'${one}'`).join(', ')})`;
}

/** Columns of a room, a membership and a user, as SQL. The columns of a missing row are null. */
type RankColumns = Record<'kind' | 'state' | 'role' | 'mutedUntil' | 'bannedUntil' | 'isAdmin', string>;

/** SQL that returns the same as `rankOf`, as text. */
export function rankSql(columns: RankColumns): string {
  const { kind, role, mutedUntil, isAdmin } = columns;
  return `CASE ${standingSql(columns)}
    WHEN 'banned' THEN 'BANNED'
    WHEN 'outsider' THEN 'OUTSIDER'
    ELSE CASE
      WHEN ${isAdmin} THEN CASE WHEN ${isPublicSql(kind)} THEN 'ADMINISTRATOR' ELSE 'OWNER' END
      WHEN ${columns.state} IS DISTINCT FROM 'JOINED' THEN
        CASE WHEN ${mutedUntil} > ${nowSql} THEN 'MUTED_READER' ELSE 'READER' END
      WHEN ${role} <> 'MEMBER' THEN ${role}::text
      WHEN ${mutedUntil} > ${nowSql} THEN 'MUTED'
      ELSE 'MEMBER'
    END
  END`;
}

const withoutRole: readonly Rank[] = ['MEMBER', 'MUTED', 'READER', 'MUTED_READER', 'BANNED', 'OUTSIDER'];

/** Whom a user with a rank may remove, ban, mute or give a role, if they have the permission to do so at all. */
const subordinates: Record<Rank, readonly Rank[]> = {
  ADMINISTRATOR: ranks,
  OWNER: ['OWNER', 'MODERATOR', ...withoutRole],
  MODERATOR: withoutRole,
  MEMBER: [],
  MUTED: [],
  READER: [],
  MUTED_READER: [],
  BANNED: [],
  OUTSIDER: [],
};

/** Returns whether a user may remove, ban, mute or give a role to another, by the ranks of both. */
export function mayActOn(actor: Rank, target: Rank): boolean {
  return subordinates[actor].includes(target);
}

/** SQL: the same as `mayActOn`, of two columns with ranks. */
export function mayActOnSql(actor: string, target: string): string {
  const cases = ranks.flatMap((rank) => {
    const targets = subordinates[rank].map((one) => `'${one}'`).join(', ');
    return targets ? [`WHEN '${rank}' THEN ${target} IN (${targets})`] : [];
  });
  return `CASE ${actor} ${cases.join(' ')} ELSE false END`;
}
