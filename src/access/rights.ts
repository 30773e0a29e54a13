import type { Room } from '../generated/prisma/client.ts';
import { isModerating, isModeratingSql, type Rank, type Ranked, type RankedMembership, rankOf } from './rank.ts';
import { isConversation, isConversationSql } from './standing.ts';

/** What a user may be allowed to do in a room. */
export const roomPermissions = [
  'READ',
  'SEND_MESSAGE',
  'REACT',
  'EDIT_OWN',
  'DELETE_OWN',
  'DELETE_ANY',
  'ADD_MEMBERS',
  'REMOVE_MEMBERS',
  'BAN',
  'MUTE',
  'SET_ROLES',
  'UPDATE_ROOM',
  'ARCHIVE_ROOM',
] as const;

export type RoomPermission = (typeof roomPermissions)[number];

const memberRights = ['READ', 'SEND_MESSAGE', 'REACT', 'EDIT_OWN', 'DELETE_OWN', 'ADD_MEMBERS'] as const;

/** The table of rights: what each rank may do in an open room where all members may post. */
const granted: Record<Rank, readonly RoomPermission[]> = {
  ADMINISTRATOR: roomPermissions,
  OWNER: roomPermissions,
  MODERATOR: [...memberRights, 'DELETE_ANY', 'REMOVE_MEMBERS', 'BAN', 'MUTE', 'UPDATE_ROOM'],
  MEMBER: memberRights,
  MUTED: ['READ', 'DELETE_OWN'],
  // A reader who sends a message joins by it.
  READER: ['READ', 'SEND_MESSAGE'],
  MUTED_READER: ['READ'],
  BANNED: [],
  OUTSIDER: [],
};

/** Returns whether a rank has a right in an open room where all members may post. */
export function isGranted(permission: RoomPermission, rank: Rank): boolean {
  return granted[rank].includes(permission);
}

/** What nobody may do in DIRECT and SUPPORT: their members do not change. */
const notInConversations: readonly RoomPermission[] = ['ADD_MEMBERS', 'REMOVE_MEMBERS', 'BAN', 'MUTE', 'SET_ROLES'];

/** What remains in an archived room: nothing is written into it, but its members can be moderated, and it can be reopened. */
const inArchived: readonly RoomPermission[] = ['READ', 'REMOVE_MEMBERS', 'BAN', 'MUTE', 'SET_ROLES', 'ARCHIVE_ROOM'];

/** What only those may do who moderate the room, if its posting policy is MODERATORS. */
const ofPosting: readonly RoomPermission[] = ['SEND_MESSAGE', 'EDIT_OWN'];

/** What the rights in a room depend on. */
export type RuledRoom = Pick<Room, 'kind' | 'postingPolicy' | 'archivedAt'>;

/**
 * Why a user may not do something. NO_ROOM: for them the room does not exist. FIXED: the members of a conversation do not
 * change. NOT_A_MEMBER: a member of the room could. MUTED: they could if they were not muted. FORBIDDEN: their rank does
 * not allow it. ARCHIVED: they could if the room were not archived. POSTING_POLICY: only moderators post in the room.
 */
export type RightRefusal =
  | 'NO_ROOM'
  | 'BANNED'
  | 'FIXED'
  | 'NOT_A_MEMBER'
  | 'MUTED'
  | 'FORBIDDEN'
  | 'ARCHIVED'
  | 'POSTING_POLICY';

/** Returns why a user with a rank may not do something in a room; null if they may. */
export function refusalOf(permission: RoomPermission, room: RuledRoom, rank: Rank): RightRefusal | null {
  if (rank === 'OUTSIDER') return 'NO_ROOM';
  if (rank === 'BANNED') return 'BANNED';
  if (isConversation(room) && notInConversations.includes(permission)) return 'FIXED';
  const lacking = granted[rank].includes(permission) ? null : refusalOfRank(permission, rank);
  if (lacking !== null && lacking !== 'MUTED') return lacking;
  if (room.archivedAt !== null && !inArchived.includes(permission)) return 'ARCHIVED';
  if (lacking !== null) return lacking;
  const isLimited = room.postingPolicy === 'MODERATORS' && ofPosting.includes(permission);
  return isLimited && !isModerating(rank) ? 'POSTING_POLICY' : null;
}

/** Ranks of muted users, with the rank that each would have if they were not muted. */
const unmuted: Partial<Record<Rank, Rank>> = { MUTED: 'MEMBER', MUTED_READER: 'READER' };

/** Returns why a rank does not have a right in any room. */
function refusalOfRank(permission: RoomPermission, rank: Rank): RightRefusal {
  const otherwise = unmuted[rank];
  if (otherwise && granted[otherwise].includes(permission)) return 'MUTED';
  return granted.MEMBER.includes(permission) ? 'NOT_A_MEMBER' : 'FORBIDDEN';
}

/** Returns what a user may do in a room. `membership` is null if the user has never been a member. */
export function permissionsOf(room: RuledRoom, membership: RankedMembership | null, ranked: Ranked): RoomPermission[] {
  const rank = rankOf(room, membership, ranked);
  return roomPermissions.filter((permission) => refusalOf(permission, room, rank) === null);
}

/** Columns of a room and of the rank of a user in it, as SQL. All are null for a missing room, whose rank is OUTSIDER. */
type RightColumns = Record<'rank' | 'kind' | 'postingPolicy' | 'archivedAt', string>;

/** SQL that returns the same as `refusalOf`, as text. */
export function refusalSql(permission: RoomPermission, columns: RightColumns): string {
  const { rank, kind, postingPolicy, archivedAt } = columns;
  const lacking = (refusal: RightRefusal) => {
    const without = (Object.keys(granted) as Rank[]).filter((one) => !granted[one].includes(permission));
    const found = without.filter((one) => refusalOfRank(permission, one) === refusal && granted[one].length > 0);
    return found.length > 0 && `WHEN ${rank} IN (${found.map((one) => `'${one}'`).join(', ')}) THEN '${refusal}'`;
  };
  const cases = [
    `WHEN ${rank} = 'OUTSIDER' THEN 'NO_ROOM'`,
    `WHEN ${rank} = 'BANNED' THEN 'BANNED'`,
    notInConversations.includes(permission) && `WHEN ${isConversationSql(kind)} THEN 'FIXED'`,
    lacking('NOT_A_MEMBER'),
    lacking('FORBIDDEN'),
    !inArchived.includes(permission) && `WHEN ${archivedAt} IS NOT NULL THEN 'ARCHIVED'`,
    lacking('MUTED'),
    ofPosting.includes(permission) &&
      `WHEN ${postingPolicy} = 'MODERATORS' AND NOT ${isModeratingSql(rank)} THEN 'POSTING_POLICY'`,
  ];
  return `CASE ${cases.filter(Boolean).join(' ')} END`;
}
