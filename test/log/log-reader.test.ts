import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { newId } from '../../src/base/ids.ts';
import type { Log } from '../../src/live/log.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { logReader } from '../../src/log/log-reader.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { freshDatabase } from '../support/database.ts';

const [room, other, ada, grace] = [newId(), newId(), newId(), newId()];
const at = new Date('2026-11-21T08:30:00.123Z');
const types = [
  'MESSAGE_UPDATED',
  'MESSAGE_DELETED',
  'REACTIONS_CHANGED',
  'MEMBERSHIP_CHANGED',
  'ROOM_UPDATED',
] as const;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
let pool: Pool;
let log: Log<RoomEvent>;
let statements: string[];
beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  statements = [];
  pool = openPool(database.url, { log: pino({ level: 'silent' }), onStatement: (text) => statements.push(text) });
  log = logReader(pool.query);
  await sql.query(
    `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'u-' || id, 'U' FROM unnest($1::uuid[]) AS id`,
    [[ada, grace]],
  );
  await sql.query(
    `INSERT INTO "Room" ("id", "kind", "name", "topic") SELECT id, 'GROUP', 'Tea', 'Of cups' FROM unnest($1::uuid[]) AS id`,
    [[room, other]],
  );
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "role", "joinedAt", "stateEventNumber")
     VALUES (gen_random_uuid(), $1, $2, 'OWNER', $3, 1)`,
    [room, grace, at],
  );
  await fill(room, 24);
  await fill(other, 600, 600);
});
afterAll(async () => {
  await sql.end();
  await pool.close();
  await database.drop();
});

/** A log of messages; each `every`th event is one of the other types, in turn. */
async function fill(roomId: string, count: number, every = 2): Promise<void> {
  const messages = Array.from({ length: count }, (_, index) => index + 1).filter((number) => number % every !== 0);
  const ids = messages.map(() => newId());
  await sql.query(
    `INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "createdAt")
     SELECT id, $1, row_number() OVER (ORDER BY number), number, $2, 'Text ' || number, 'draft ' || number, $5
     FROM unnest($3::uuid[], $4::int[]) AS message(id, number)`,
    [roomId, ada, ids, messages, at],
  );
  for (let number = every; number <= count; number += every) {
    const type = types[(number / every - 1) % types.length];
    await sql.query(
      `INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "actorId", "messageId", "userId", "occurredAt")
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [roomId, number, type, grace, ids[0], type === 'MEMBERSHIP_CHANGED' ? grace : null, at],
    );
  }
  await sql.query(
    `INSERT INTO "RoomHead" ("roomId", "lastSequence", "lastEventNumber", "lastEventAt") VALUES ($1, $2, $3, $4)`,
    [roomId, messages.length, count, at],
  );
}

const numbersOf = (events: readonly RoomEvent[]) => events.map(({ eventNumber }) => eventNumber);
const between = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const readAll = async (after: number, limit: number) => (await log.read([{ topic: room, after, limit }]))[0] ?? [];

test('messages and other events are read as one log, in the order of their numbers', async () => {
  const events = await readAll(0, 100);

  expect(numbersOf(events)).toEqual(between(1, 24));
  const of = (type: RoomEvent['type']) => numbersOf(events.filter((event) => event.type === type));
  expect(of('MESSAGE_ADDED')).toEqual(between(0, 11).map((n) => 2 * n + 1));
  expect(types.map(of)).toEqual([
    [2, 12, 22],
    [4, 14, 24],
    [6, 16],
    [8, 18],
    [10, 20],
  ]);
});

test.each([
  [0, 1, [1]],
  [0, 10, between(1, 10)],
  [3, 4, [4, 5, 6, 7]],
  [22, 10, [23, 24]],
  [24, 10, []],
  [9999, 10, []],
  [0, 0, []],
])('a read after event %i returns the events that follow, at most %i of them', async (after, limit, numbers) => {
  expect(numbersOf(await readAll(after, limit))).toEqual(numbers);
});

test('each event has what readers select, with instants as dates', async () => {
  const events = await readAll(0, 100);
  const first = <Type extends RoomEvent['type']>(type: Type) => events.find((event) => event.type === type);

  expect(first('MESSAGE_ADDED')).toMatchObject({
    roomId: room,
    eventNumber: 1,
    occurredAt: at,
    actorId: ada,
    message: {
      roomId: room,
      sequence: 1,
      kind: 'USER',
      text: 'Text 1',
      clientMessageId: 'draft 1',
      createdAt: at,
      editedAt: null,
      author: { id: ada, displayName: 'U', createdAt: expect.any(Date) },
    },
  });
  const { message } = first('MESSAGE_ADDED') as { message: { id: string } };
  expect(first('MESSAGE_UPDATED')).toMatchObject({ actorId: grace, message: { id: message.id, author: { id: ada } } });
  for (const type of ['MESSAGE_DELETED', 'REACTIONS_CHANGED'] as const) {
    const concerned = { id: message.id, author: { id: ada } };
    expect(first(type)).toMatchObject({ actorId: grace, actor: { id: grace }, occurredAt: at, message: concerned });
  }
  expect(first('MEMBERSHIP_CHANGED')).toMatchObject({
    membership: { roomId: room, userId: grace, role: 'OWNER', joinedAt: at, user: { id: grace }, room: { id: room } },
  });
  expect(first('ROOM_UPDATED')).toMatchObject({ room: { id: room, name: 'Tea', topic: 'Of cups', archivedAt: null } });
});

test('an event shows the current state of its object', async () => {
  const [added] = await readAll(0, 1);
  const { id } = (added as { message: { id: string } }).message;
  await sql.query(`UPDATE "Message" SET "text" = NULL, "deletedAt" = now() WHERE "id" = $1`, [id]);

  const [again] = await readAll(0, 1);

  expect(again).toMatchObject({ eventNumber: 1, message: { id, text: null, deletedAt: expect.any(Date) } });
});

test('many rooms are read in one statement, each from its own position and to its own limit, in the order asked', async () => {
  statements.length = 0;

  const logs = await log.read([
    { topic: room, after: 20, limit: 100 },
    { topic: other, after: 597, limit: 2 },
    { topic: newId(), after: 0, limit: 100 },
    { topic: other, after: 0, limit: 500 },
    { topic: room, after: 0, limit: 3 },
  ]);

  expect(logs.map(numbersOf)).toEqual([between(21, 24), [598, 599], [], between(1, 500), [1, 2, 3]]);
  expect(statements).toHaveLength(1);
});

test('the ends of many logs are looked up in one statement, in the order asked', async () => {
  statements.length = 0;
  const { rows } = await sql.query('SELECT "roomId", "epoch" FROM "RoomHead"');
  const epochs = new Map(rows.map(({ roomId, epoch }) => [roomId, epoch]));

  expect(await log.heads([other, newId(), room, other])).toEqual([
    { epoch: epochs.get(other), eventNumber: 600, at: at.getTime() },
    null,
    { epoch: epochs.get(room), eventNumber: 24, at: at.getTime() },
    { epoch: epochs.get(other), eventNumber: 600, at: at.getTime() },
  ]);
  expect(statements).toHaveLength(1);
});
