import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { standingsFrom } from '../../src/access/access.ts';
import { isMember, isMemberSql, type Standing, standingOf } from '../../src/access/standing.ts';
import { newId } from '../../src/base/ids.ts';
import { MembershipState, RoomKind } from '../../src/generated/prisma/enums.ts';
import { type Draft, type SendOutcome, send } from '../../src/log/changes/send.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { freshDatabase } from '../support/database.ts';

interface Case {
  kind: RoomKind;
  state: MembershipState | null;
  bannedUntil: Date | null;
  isArchived: boolean;
  roomId: string;
  userId: string;
}

const memberships = [
  ...[...Object.values(MembershipState), null].map((state) => ({ state, bannedUntil: null })),
  { state: 'BANNED' as const, bannedUntil: new Date('9999-12-31T23:59:59.999Z') },
  { state: 'BANNED' as const, bannedUntil: new Date('2026-01-01T00:00:00.000Z') },
];
const cases: Case[] = Object.values(RoomKind).flatMap((kind) =>
  [false, true].flatMap((isArchived) =>
    memberships.map((membership) => ({ ...membership, kind, isArchived, roomId: newId(), userId: newId() })),
  ),
);
const standingIn = ({ kind, state, bannedUntil }: Case) => standingOf({ kind }, state && { state, bannedUntil });
const draftIn = ({ roomId, userId }: Pick<Case, 'roomId' | 'userId'>): Draft => {
  return { id: newId(), roomId, actorId: userId, text: 'Hi', clientMessageId: newId(), replyToId: null };
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, { log: pino({ level: 'silent' }) });
  const column = (name: keyof Case) => cases.map((each) => each[name]);
  const insert = (text: string, ...values: unknown[][]) => pool.write(text.slice(0, 20), text, values);
  await insert(
    `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'u-' || id, 'U' FROM unnest($1::uuid[]) AS id`,
    column('userId'),
  );
  await insert(
    `WITH room AS (
       INSERT INTO "Room" ("id", "kind", "archivedAt", "slug", "conversationKey")
       SELECT id, kind, CASE WHEN archived THEN now() END, CASE WHEN kind IN ('CHANNEL', 'STREAM') THEN id::text END,
         CASE WHEN kind IN ('DIRECT', 'SUPPORT') THEN id::text END
       FROM unnest($1::uuid[], $2::"RoomKind"[], $3::bool[]) AS room(id, kind, archived) RETURNING "id"
     ) INSERT INTO "RoomHead" ("roomId") SELECT "id" FROM room`,
    ...[column('roomId'), column('kind'), column('isArchived')],
  );
  await insert(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "state", "bannedUntil", "stateEventNumber")
     SELECT gen_random_uuid(), room, reader, state, until, 0
     FROM unnest($1::uuid[], $2::uuid[], $3::"MembershipState"[], $4::timestamptz[]) AS own(room, reader, state, until)
     WHERE state IS NOT NULL`,
    ...[column('roomId'), column('userId'), column('state'), column('bannedUntil')],
  );
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test('PostgreSQL finds the same standing as the table, for every kind of room and state of membership', async () => {
  const access = standingsFrom(pool.query);

  const found = await Promise.all(cases.map(access));

  expect(cases.map((each, index) => ({ ...each, standing: found[index] }))).toEqual(
    cases.map((each) => ({ ...each, standing: standingIn(each) })),
  );
  expect(new Set(found)).toEqual(new Set<Standing>(['member', 'reader', 'banned', 'outsider']));
});

test('a ban counts only until its end', () => {
  const membership = { state: 'BANNED' as const, bannedUntil: new Date(1000) };

  expect(standingOf({ kind: 'STREAM' }, membership, new Date(999))).toBe('banned');
  expect(standingOf({ kind: 'STREAM' }, membership, new Date(1000))).toBe('reader');
  expect(standingOf({ kind: 'GROUP' }, membership, new Date(1000))).toBe('outsider');
});

test('a room that does not exist has only outsiders', async () => {
  expect(await standingsFrom(pool.query)({ roomId: newId(), userId: cases[0]!.userId })).toBe('outsider');
});

test('PostgreSQL finds the same members as the table', async () => {
  const members = await pool.query(
    'members',
    `SELECT m."userId" FROM "Membership" m WHERE ${isMemberSql('m')} ORDER BY m."userId"`,
    [],
  );

  const expected = cases.filter((each) => standingIn(each) === 'member');
  expect(expected.every(({ state }) => isMember(state && { state }))).toBe(true);
  expect(members.map(({ userId }) => userId)).toEqual(expected.map(({ userId }) => userId).sort());
});

test('the writer lets exactly the members of a room that is not archived write', async () => {
  const refusals: Record<Standing, SendOutcome['verdict']> = {
    banned: 'BANNED',
    outsider: 'NO_ROOM',
    reader: 'NOT_A_MEMBER',
    member: 'WRITTEN',
  };
  const verdictIn = (each: Case) => {
    const standing = standingIn(each);
    return each.isArchived && (standing === 'member' || standing === 'reader') ? 'ARCHIVED' : refusals[standing];
  };

  const drafts = [...cases.map(draftIn), draftIn({ ...cases[0]!, roomId: newId() })];
  const [rows = []] = await pool.transaction([send.statement(drafts, false)]);

  expect(rows.map(({ verdict }) => verdict)).toEqual([...cases.map(verdictIn), 'NO_ROOM']);
});
