import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { mayActOn, mayActOnSql, rankOf, rankSql, ranks } from '../../src/access/rank.ts';
import { permissionsOf, refusalOf, refusalSql, roomPermissions } from '../../src/access/rights.ts';
import { MembershipState, PostingPolicy, RoomKind, RoomRole } from '../../src/generated/prisma/enums.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { freshDatabase } from '../support/database.ts';

const past = new Date('2026-01-01T00:00:00.000Z');
const future = new Date('9999-12-31T23:59:59.999Z');
const times = [null, past, future];

/** Returns all combinations of one value of each list. */
function combinations(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}

const cells = combinations([
  Object.values(RoomKind),
  [...Object.values(MembershipState), null],
  Object.values(RoomRole),
  times,
  times,
  [false, true],
  Object.values(PostingPolicy),
  [null, past],
]).map(([kind, state, role, mutedUntil, bannedUntil, isAdmin, postingPolicy, archivedAt]) => ({
  kind: kind as RoomKind,
  state: state as MembershipState | null,
  role: role as RoomRole,
  // The columns of a missing membership are null.
  mutedUntil: state === null ? null : (mutedUntil as Date | null),
  bannedUntil: bannedUntil as Date | null,
  isAdmin: isAdmin as boolean,
  postingPolicy: postingPolicy as PostingPolicy,
  archivedAt: archivedAt as Date | null,
}));
type Cell = (typeof cells)[number];

function membershipIn({ state, role, mutedUntil, bannedUntil }: Cell) {
  return state && { state, role, mutedUntil, bannedUntil };
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, { log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const statement = `
  WITH cell AS (
    SELECT cell.*, ${rankSql({
      kind: 'kind',
      state: 'state',
      role: 'role',
      mutedUntil: '"mutedUntil"',
      bannedUntil: '"bannedUntil"',
      isAdmin: '"isAdmin"',
    })} AS rank
    FROM unnest($1::"RoomKind"[], $2::"MembershipState"[], $3::"RoomRole"[], $4::timestamptz[], $5::timestamptz[],
      $6::bool[], $7::"PostingPolicy"[], $8::timestamptz[]) WITH ORDINALITY
      AS cell(kind, state, role, "mutedUntil", "bannedUntil", "isAdmin", "postingPolicy", "archivedAt", place)
  )
  SELECT rank, array[${roomPermissions
    .map((permission) =>
      refusalSql(permission, {
        rank: 'rank',
        kind: 'kind',
        postingPolicy: '"postingPolicy"',
        archivedAt: '"archivedAt"',
      }),
    )
    .join(', ')}] AS refusals FROM cell ORDER BY place`;

test('PostgreSQL finds the same rank and the same rights as the table, in every cell', async () => {
  const names = Object.keys(cells[0]!) as (keyof Cell)[];
  const rows = await pool.query(
    'rights',
    statement,
    names.map((name) => cells.map((cell) => cell[name])),
  );

  expect(rows).toEqual(
    cells.map((cell) => {
      const rank = rankOf(cell, membershipIn(cell), cell);
      return { rank, refusals: roomPermissions.map((permission) => refusalOf(permission, cell, rank)) };
    }),
  );
  expect(new Set(rows.map(({ rank }) => rank))).toEqual(new Set(ranks));
});

test('PostgreSQL finds the same users who can be acted on as the table', async () => {
  const pairs = combinations([ranks, ranks]) as [(typeof ranks)[number], (typeof ranks)[number]][];
  const rows = await pool.query(
    'pairs',
    `SELECT ${mayActOnSql('actor', 'target')} AS may
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS pair(actor, target, place) ORDER BY place`,
    [pairs.map(([actor]) => actor), pairs.map(([, target]) => target)],
  );

  expect(rows.map(({ may }) => may)).toEqual(pairs.map(([actor, target]) => mayActOn(actor, target)));
});

test('a mute ends by itself', () => {
  const room = { kind: 'CHANNEL', postingPolicy: 'MEMBERS', archivedAt: null } as const;
  const muted = { state: 'JOINED', role: 'MEMBER', mutedUntil: new Date(1000), bannedUntil: null } as const;
  const at = (ms: number) => permissionsOf(room, muted, { isAdmin: false, now: new Date(ms) });

  expect(at(999)).toEqual(['READ', 'DELETE_OWN']);
  expect(at(1000)).toEqual(['READ', 'SEND_MESSAGE', 'REACT', 'EDIT_OWN', 'DELETE_OWN', 'ADD_MEMBERS']);
});

test('a mute takes nothing from moderators, and a ban everything from administrators', () => {
  const room = { kind: 'CHANNEL' } as const;
  const joined = { state: 'JOINED', role: 'MEMBER', mutedUntil: future, bannedUntil: null } as const;

  expect(rankOf(room, joined, { isAdmin: false })).toBe('MUTED');
  expect(rankOf(room, { ...joined, role: 'MODERATOR' }, { isAdmin: false })).toBe('MODERATOR');
  expect(rankOf(room, joined, { isAdmin: true })).toBe('ADMINISTRATOR');
  expect(rankOf(room, { ...joined, state: 'BANNED' }, { isAdmin: true })).toBe('BANNED');
});

test('an administrator is an owner of private rooms that they are in, and an outsider to others', () => {
  const joined = { state: 'JOINED', role: 'MEMBER', mutedUntil: null, bannedUntil: null } as const;

  expect(rankOf({ kind: 'GROUP' }, joined, { isAdmin: true })).toBe('OWNER');
  expect(rankOf({ kind: 'GROUP' }, { ...joined, state: 'LEFT' }, { isAdmin: true })).toBe('OUTSIDER');
  expect(rankOf({ kind: 'STREAM' }, null, { isAdmin: true })).toBe('ADMINISTRATOR');
});
