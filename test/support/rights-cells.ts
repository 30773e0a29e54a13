import { type Rank, rankOf } from '../../src/access/rank.ts';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import { PostingPolicy, RoomKind } from '../../src/generated/prisma/enums.ts';
import type { Query } from '../../src/storage/pool.ts';
import type { Person } from './person.ts';

/** When all messages were sent. */
export const past = new Date('2026-01-01T00:00:00.000Z');
const future = new Date('2096-01-01T00:00:00.000Z');

const joined = { state: 'JOINED', role: 'MEMBER', mutedUntil: null, bannedUntil: null } as const;

/** Everybody who can meet a room: memberships of a user, and of an administrator. */
const personas = {
  owner: { isAdmin: false, own: { ...joined, role: 'OWNER' } },
  moderator: { isAdmin: false, own: { ...joined, role: 'MODERATOR' } },
  member: { isAdmin: false, own: joined },
  'muted member': { isAdmin: false, own: { ...joined, mutedUntil: future } },
  'member whose mute is over': { isAdmin: false, own: { ...joined, mutedUntil: past } },
  'former member': { isAdmin: false, own: { ...joined, state: 'LEFT' } },
  'muted former member': { isAdmin: false, own: { ...joined, state: 'REMOVED', mutedUntil: future } },
  stranger: { isAdmin: false, own: null },
  'banned user': { isAdmin: false, own: { ...joined, state: 'BANNED', bannedUntil: future } },
  'user whose ban is over': { isAdmin: false, own: { ...joined, state: 'BANNED', bannedUntil: past } },
  'administrator in the room': { isAdmin: true, own: joined },
  'administrator elsewhere': { isAdmin: true, own: null },
  'banned administrator': { isAdmin: true, own: { ...joined, state: 'BANNED', bannedUntil: future } },
} as const;

export type Persona = keyof typeof personas;

/** A room as somebody meets it. */
export interface Cell {
  persona: Persona;
  kind: RoomKind;
  postingPolicy: PostingPolicy;
  archivedAt: Date | null;
  rank: Rank;
}

export const cells: Cell[] = (Object.keys(personas) as Persona[]).flatMap((persona) =>
  Object.values(RoomKind).flatMap((kind) =>
    Object.values(PostingPolicy).flatMap((postingPolicy) =>
      [null, past].map((archivedAt) => {
        const { own, isAdmin } = personas[persona];
        return { persona, kind, postingPolicy, archivedAt, rank: rankOf({ kind }, own, { isAdmin }) };
      }),
    ),
  ),
);

export function isAdmin({ persona }: Cell): boolean {
  return personas[persona].isAdmin;
}

export function isMemberIn({ persona }: Cell): boolean {
  return personas[persona].own?.state === 'JOINED';
}

export function hasMembership({ persona }: Cell): boolean {
  return personas[persona].own !== null;
}

/** The people of each cell: who acts, another owner, and a member without a role. */
export interface CellCast {
  actor: Person;
  owner: Person;
  target: Person;
}

/** Global ids of what is in the room of a cell, and its slug, or one that no room has. */
export interface CellIds {
  room: string;
  slug: string;
  epoch: string;
  /** A message of the actor, and one of the target. */
  own: string;
  other: string;
  owner: string;
  target: string;
}

/** Creates a room for each of the cells, with two messages; returns their ids in the same order. */
export async function insertCells(query: Query, wanted: readonly { cell: Cell; cast: CellCast }[]): Promise<CellIds[]> {
  const rows = wanted.map(({ cell, cast }) => ({
    cell,
    cast,
    id: newId(),
    own: newId(),
    other: newId(),
    epoch: newId(),
  }));
  const ids = rows.map(({ id }) => id);
  const head = { ids, epochs: rows.map(({ epoch }) => epoch) };
  await query('cell rooms', roomsSql, [ids, ...columnsOf(rows.map(({ cell }) => cell))]);
  await query('cell heads', headsSql, [head.ids, head.epochs]);
  const members = rows.flatMap(({ id, cell, cast }) => membersOf(id, cell, cast));
  await query('cell members', membersSql, columnsOf(members));
  const authors = rows.flatMap(({ cast }) => [innerId('User', cast.target.id), innerId('User', cast.actor.id)]);
  await query('cell messages', messagesSql, [
    rows.flatMap(({ id }) => [id, id]),
    rows.flatMap(({ own, other }) => [other, own]),
    authors,
  ]);
  return rows.map(({ id, own, other, epoch, cast }) => ({
    room: globalId('Room', id),
    slug: `cell-${id}`,
    epoch,
    own: globalId('Message', own),
    other: globalId('Message', other),
    owner: cast.owner.id,
    target: cast.target.id,
  }));
}

function columnsOf<Row extends object>(rows: readonly Row[]): unknown[][] {
  return Object.keys(rows[0] ?? {}).map((name) => rows.map((row) => row[name as keyof Row]));
}

function membersOf(room: string, { persona }: Cell, { actor, owner, target }: CellCast) {
  const members = [
    { ...joined, room, user: innerId('User', owner.id), role: 'OWNER' },
    { ...joined, room, user: innerId('User', target.id) },
  ];
  const { own } = personas[persona];
  return own === null ? members : [...members, { ...own, room, user: innerId('User', actor.id) }];
}

const roomsSql = `
  INSERT INTO "Room" ("id", "kind", "postingPolicy", "archivedAt", "name", "slug", "conversationKey")
  SELECT id, kind, policy, archived, 'Cell', CASE WHEN kind IN ('CHANNEL', 'STREAM') THEN 'cell-' || id END,
    CASE WHEN kind IN ('DIRECT', 'SUPPORT') THEN id::text END
  FROM unnest($1::uuid[], $2::text[], $3::"RoomKind"[], $4::"PostingPolicy"[], $5::timestamptz[], $6::text[])
    AS cell(id, persona, kind, policy, archived, rank)`;

const headsSql = `
  INSERT INTO "RoomHead" ("roomId", "epoch", "lastSequence", "lastEventNumber", "lastEventAt", "memberCount")
  SELECT id, epoch, 2, 2, now(), 3 FROM unnest($1::uuid[], $2::uuid[]) AS head(id, epoch)`;

const membersSql = `
  INSERT INTO "Membership" ("id", "state", "role", "mutedUntil", "bannedUntil", "roomId", "userId", "stateEventNumber", "moderationReason")
  SELECT gen_random_uuid(), member.*, 0, 'Why' FROM unnest($1::"MembershipState"[], $2::"RoomRole"[], $3::timestamptz[],
    $4::timestamptz[], $5::uuid[], $6::uuid[]) AS member`;

const messagesSql = `
  INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "createdAt")
  SELECT id, room, 1 + (place - 1) % 2, 1 + (place - 1) % 2, author, 'Hello', id::text, '${past.toISOString()}'
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) WITH ORDINALITY AS message(room, id, author, place)`;
