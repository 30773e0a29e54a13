import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../../src/base/ids.ts';
import { parseWithDates } from '../../../src/base/json-dates.ts';
import { type Draft, type SendOutcome as Outcome, send } from '../../../src/log/changes/send.ts';
import { NotDoneError } from '../../../src/storage/failures.ts';
import type { Transaction } from '../../../src/storage/pool.ts';
import type { Statement } from '../../../src/storage/transaction-query.ts';
import { freshDatabase } from '../../support/database.ts';
import { startWriterNode, type WriterNode } from '../../support/writer-nodes.ts';

const people = Array.from({ length: 5 }, newId);
const rooms = Array.from({ length: 8 }, newId);
let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO "User" ("id", "username", "displayName") SELECT id, 'u-' || id, 'U' FROM unnest($1::uuid[]) AS id`,
    [people],
  );
  await sql.query(`INSERT INTO "Room" ("id", "kind", "name") SELECT id, 'GROUP', 'G' FROM unnest($1::uuid[]) AS id`, [
    rooms,
  ]);
  await sql.query(`INSERT INTO "RoomHead" ("roomId") SELECT unnest($1::uuid[])`, [rooms]);
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
     SELECT gen_random_uuid(), room, person, 0 FROM unnest($1::uuid[]) AS room, unnest($2::uuid[]) AS person`,
    [rooms, people],
  );
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** A writer, as on a node of its own; `through` can change or delay its transactions. */
function startNode(through?: (transaction: Transaction) => Transaction, patienceMs?: number): WriterNode {
  return startWriterNode(database.url, { through, patienceMs });
}

/** Whether a transaction writes a group. Others fence a lane, or look for locked rooms. */
function isGroup(statements: readonly Statement[]): boolean {
  return statements.length > 1;
}

function draft(fields: Partial<Draft> = {}): Draft {
  const id = newId();
  const actorId = people[0] ?? '';
  return { id, roomId: rooms[0] ?? '', actorId, text: 'Hello', clientMessageId: id, replyToId: null, ...fields };
}

/** Whether every room's messages and events are numbered 1, 2, 3 … up to its head, each once. */
async function isDense(): Promise<boolean> {
  const { rows } = await sql.query<{ isDense: boolean }>(`
    SELECT bool_and(m.count = h."lastSequence" AND m.top = h."lastSequence" AND m.events = h."lastEventNumber"
      AND m."topEvent" = h."lastEventNumber") AS "isDense"
    FROM "RoomHead" h JOIN (
      SELECT "roomId", count(DISTINCT "sequence")::int AS count, max("sequence") AS top,
        count(DISTINCT "eventNumber")::int AS events, max("eventNumber") AS "topEvent" FROM "Message" GROUP BY "roomId"
    ) m USING ("roomId")`);
  return rows[0]?.isDense ?? false;
}

test('four nodes that write to the same rooms in opposite orders, and repeat a tenth, cause no gap, no duplicate and no deadlock', async () => {
  const nodes = Array.from({ length: 4 }, () => startNode());
  const drafts = Array.from({ length: 2000 }, (_, index) =>
    draft({ roomId: rooms[index % rooms.length], actorId: people[index % people.length] }),
  );

  const outcomes: Outcome[] = (
    await Promise.all(
      nodes.map(({ writer }, node) => {
        const own = drafts.filter((_, index) => index % 4 === node || index % 10 === 0);
        if (node % 2) own.reverse();
        return Promise.all(own.map((one) => writer.write(send, { ...one, id: newId() })));
      }),
    )
  ).flat();

  const written = outcomes.filter(({ verdict }) => verdict === 'WRITTEN');
  const known = outcomes.filter(({ verdict }) => verdict === 'KNOWN');
  expect([written.length, known.length]).toEqual([2000, outcomes.length - 2000]);
  expect(known.length).toBeGreaterThan(400);
  expect(await isDense()).toBe(true);
  expect(nodes.flatMap(({ published }) => published)).toHaveLength(2000);
  await Promise.all(nodes.map((node) => node.close()));
});

/** How far people have read in a room, in the order of `people`. */
async function positionsIn(room: string): Promise<number[]> {
  const { rows } = await sql.query<{ userId: string; position: number }>(
    `SELECT "userId", "lastReadSequence" AS position FROM "Membership" WHERE "roomId" = $1`,
    [room],
  );
  return people.map((person) => rows.find(({ userId }) => userId === person)?.position ?? -1);
}

test('sending moves the read position of the author only', async () => {
  const node = startNode();
  const roomId = rooms[4] ?? '';
  const [ada, grace, hedy] = people;
  const before = await positionsIn(roomId);

  const outcomes = await Promise.all(
    [ada, grace, ada, grace, ada].map((actorId) => node.writer.write(send, draft({ roomId, actorId }))),
  );
  const numbers = outcomes.map(({ message }) => message?.sequence ?? 0);
  await sql.query(`UPDATE "Membership" SET "lastReadSequence" = 1000000 WHERE "roomId" = $1 AND "userId" = $2`, [
    roomId,
    hedy,
  ]);
  await node.writer.write(send, draft({ roomId, actorId: hedy }));

  expect(await positionsIn(roomId)).toEqual([numbers[4], numbers[3], 1000000, ...before.slice(3)]);
  await node.close();
});

test('the result of a write equals the message in the database, whether new or known', async () => {
  const node = startNode();
  const replied = draft();
  const reply = draft({ replyToId: replied.id, text: 'é “quoted”\nand 🙂', clientMessageId: 'mine' });

  await node.writer.write(send, replied);
  const written = await node.writer.write(send, reply);
  const known = await node.writer.write(send, { ...reply, id: newId() });

  const { rows } = await sql.query(
    `SELECT (to_jsonb(m) || jsonb_build_object('author', to_jsonb(u)))::text AS stored
     FROM "Message" m JOIN "User" u ON u."id" = m."authorId" WHERE m."id" = $1`,
    [reply.id],
  );
  const stored = parseWithDates(rows[0].stored);
  expect(written).toEqual({ verdict: 'WRITTEN', message: stored });
  expect(known).toEqual({ verdict: 'KNOWN', message: stored });
  await node.close();
});

test('drafts with the same clientMessageId at once become one message', async () => {
  const node = startNode();
  const one = draft();

  const outcomes = await Promise.all([1, 2, 3].map(() => node.writer.write(send, { ...one, id: newId() })));

  expect(outcomes.map(({ verdict }) => verdict).sort()).toEqual(['KNOWN', 'KNOWN', 'WRITTEN']);
  expect(new Set(outcomes.map(({ message }) => message?.id)).size).toBe(1);
  await node.close();
});

test('nodes that write the same chosen ids to different rooms in opposite orders store each once, without a deadlock', async () => {
  const nodes = [startNode(), startNode()];
  const ids = Array.from({ length: 40 }, newId);
  const { rows: before } = await sql.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');

  const outcomes = await Promise.all(
    nodes.flatMap(({ writer }, node) => {
      const roomId = rooms[5 + node] ?? '';
      const own = node ? ids.toReversed() : ids;
      return own.map((id) => writer.write(send, draft({ id, isIdChosen: true, clientMessageId: id, roomId })));
    }),
  );

  const { rows: after } = await sql.query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
  expect(outcomes.map(({ verdict }) => verdict).sort()).toEqual([
    ...ids.map(() => 'TAKEN'),
    ...ids.map(() => 'WRITTEN'),
  ]);
  expect(after).toEqual(before);
  expect(await isDense()).toBe(true);
  await Promise.all(nodes.map((node) => node.close()));
});

test('a chosen id whose answer was lost is stored once, and a message that had it before stays', async () => {
  const lost = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  let isLosing = true;
  const node = startNode((transaction) => async (statements) => {
    const answers = await transaction(statements);
    if (!isLosing || !isGroup(statements)) return answers;
    isLosing = false;
    throw lost;
  });
  const id = newId();
  const mine = draft({ id, isIdChosen: true, clientMessageId: id, roomId: rooms[7] });

  const first = await node.writer.write(send, mine);
  isLosing = true;
  const other = await node.writer.write(send, { ...mine, actorId: people[1] ?? '' });

  expect([first.verdict, first.message?.id, other.verdict]).toEqual(['KNOWN', id, 'TAKEN']);
  expect(await isDense()).toBe(true);
  await node.close();
});

test('a draft that cannot be written fails alone', async () => {
  const node = startNode();

  const outcomes = await Promise.allSettled([
    node.writer.write(send, draft({ text: 'before' })),
    node.writer.write(send, draft({ text: 'no \0 in Postgres' })),
    node.writer.write(send, draft({ text: 'after' })),
  ]);

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await isDense()).toBe(true);
  await node.close();
});

test('a fault of the server is reported unchanged and immediately', async () => {
  let calls = 0;
  const node = startNode(() => async () => {
    calls += 1;
    throw new TypeError('a bug');
  });

  await expect(node.writer.write(send, draft())).rejects.toThrow(TypeError);

  expect(calls).toBe(1);
  await node.close();
});

test('if connections are cut before and after their commit, each message is stored exactly once', async () => {
  let calls = 0;
  const lost = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  const node = startNode((transaction) => async (statements) => {
    if (!isGroup(statements)) return transaction(statements);
    calls += 1;
    if (calls % 3 === 0) throw lost;
    const answers = await transaction(statements);
    if (calls % 3 === 1) throw lost; // committed, but the answer never came
    return answers;
  });

  const outcomes: Outcome[] = [];
  for (let round = 0; round < 12; round += 1) outcomes.push(await node.writer.write(send, draft({ roomId: rooms[1] })));

  expect(outcomes.every(({ verdict }) => verdict === 'WRITTEN')).toBe(true);
  expect(new Set(outcomes.map(({ message }) => message?.sequence)).size).toBe(12);
  expect(node.published).toHaveLength(12);
  expect(await isDense()).toBe(true);
  await node.close();
});

test('if backends are killed again and again, no message is lost or duplicated', async () => {
  const node = startNode();
  const sent = Array.from({ length: 400 }, () => draft({ roomId: rooms[2], actorId: people[1] }));
  const kill = () =>
    sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley' AND datname = current_database()`,
    );

  const outcomes: Outcome[] = [];
  for (let first = 0; first < sent.length; first += 20) {
    const group = sent.slice(first, first + 20).map((one) => node.writer.write(send, one));
    await kill();
    outcomes.push(...(await Promise.all(group)));
  }

  expect(outcomes.every(({ verdict }) => verdict === 'WRITTEN')).toBe(true);
  expect(new Set(node.published.map(({ eventNumber }) => eventNumber)).size).toBe(400);
  expect(await isDense()).toBe(true);
  await node.close();
});

test.each([
  ['one message waits', 1],
  ['more wait than fill two groups', 150],
])('a room locked by another transaction delays no other room: %s', async (_name, count) => {
  const node = startNode();
  const [locked = '', free = ''] = rooms;
  await sql.query('BEGIN');
  await sql.query('SELECT FROM "RoomHead" WHERE "roomId" = $1 FOR UPDATE', [locked]);
  const waiting = Array.from({ length: count }, (_, index) =>
    node.writer.write(send, draft({ roomId: locked, actorId: people[Math.floor(index / 30)] })),
  );
  await new Promise(setImmediate); // those of one tick go together

  for (let written = 0; written < 3; written += 1) {
    expect(await node.writer.write(send, draft({ roomId: free }))).toMatchObject({ verdict: 'WRITTEN' });
  }
  await sql.query('COMMIT');

  for (const { verdict } of await Promise.all(waiting)) expect(verdict).toBe('WRITTEN');
  await node.close();
});

test('messages of an author to a room are written in the order of arrival, even if groups overtake each other', async () => {
  let isFirst = true;
  let overtake = () => {};
  const overtaken = new Promise<void>((resolve) => {
    overtake = resolve;
  });
  const node = startNode((transaction) => async (statements) => {
    if (!isGroup(statements)) return transaction(statements);
    const [, , authors] = statements.at(-1)!.values as string[][];
    const mustWait = isFirst && authors?.[0] === people[0];
    if (mustWait) isFirst = false;
    if (mustWait) await overtaken;
    return transaction(statements).finally(overtake);
  });
  const sent = (actorId: string | undefined, count: number) =>
    Array.from({ length: count }, () => node.writer.write(send, draft({ roomId: rooms[6], actorId })));

  const [first, second] = [sent(people[0], 100), sent(people[1], 100)];
  const numbersOf = async (outcomes: Promise<Outcome>[]) =>
    (await Promise.all(outcomes)).map(({ message }) => message?.sequence ?? 0);
  const [numbers, others] = [await numbersOf(first), await numbersOf(second)];

  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(others).toEqual(others.toSorted((a, b) => a - b));
  expect(others[0]).toBeLessThan(numbers[0] ?? 0); // the first group was overtaken
  await node.close();
});

test('a full queue refuses a message, says when to retry, and keeps nothing of it', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const node = startNode((transaction) => async (statements) => held.then(() => transaction(statements)));
  const text = 'x'.repeat(4000);
  const writes = Array.from({ length: 6000 }, () => node.writer.write(send, draft({ roomId: rooms[3], text })));
  const refused = writes.map((write) =>
    write.then(
      () => null,
      (error) => error.code,
    ),
  );

  release();
  const codes = await Promise.all(refused);

  const refusals = codes.filter((code) => code === 'RATE_LIMITED').length;
  expect(refusals).toBeGreaterThan(0);
  expect(node.published).toHaveLength(6000 - refusals);
  await node.close();
});

/** The error with which a message was refused; null if it was not. */
function refusal(write: Promise<Outcome>): Promise<string | null> {
  return write.then(
    () => null,
    (error) => `${error.code} ${error.retryAfterMs}`,
  );
}

/** Returns how many of the messages are there. */
async function countKept(drafts: readonly Draft[]): Promise<number> {
  const ids = drafts.map(({ id }) => id);
  return (await sql.query('SELECT FROM "Message" WHERE "id" = ANY ($1::uuid[])', [ids])).rows.length;
}

test('more locked rooms than connections for writes delay no other room, and all senders to them are refused at once', async () => {
  const node = startNode();
  const [locked, free] = [rooms.slice(0, node.pool.writers + 2), rooms.at(-1)];
  await sql.query('BEGIN');
  await sql.query('SELECT FROM "RoomHead" WHERE "roomId" = ANY($1::uuid[]) FOR UPDATE', [locked]);
  const drafts = locked.flatMap((roomId) => people.map((actorId) => draft({ roomId, actorId })));
  const waiting: Promise<string | null>[] = [];
  for (const one of drafts) {
    waiting.push(refusal(node.writer.write(send, one)));
    await new Promise(setImmediate); // so that each is in its own group, as far as groups are free
  }

  for (let written = 0; written < 3; written += 1) {
    expect(await node.writer.write(send, draft({ roomId: free }))).toMatchObject({ verdict: 'WRITTEN' });
  }
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['RATE_LIMITED 1000']));
  await sql.query('ROLLBACK');

  expect(await countKept(drafts)).toBe(0);
  expect(await node.writer.write(send, drafts[0]!)).toMatchObject({ verdict: 'WRITTEN' });
  await node.close();
});

/** Keeps a room locked in turns of 20 ms, each of which ends with an event; resolves when the last one has ended. */
function keepBusy(roomId: string, isOver: () => boolean): Promise<unknown> {
  const turn = `UPDATE "RoomHead" SET "lastEventNumber" = "lastEventNumber" + 1 WHERE "roomId" = '${roomId}'`;
  const takeTurns = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    while (!isOver()) await client.query(`BEGIN; ${turn}; SELECT pg_sleep(0.02); COMMIT`);
    await client.end();
  };
  // While one transaction has the lock, another waits for it: the room is never free.
  return Promise.all([takeTurns(), takeTurns()]);
}

test('a room into which other nodes write all the time does not count as locked: no message is refused', async () => {
  const roomId = newId();
  await sql.query(`INSERT INTO "Room" ("id", "kind", "name") VALUES ($1, 'GROUP', 'Busy')`, [roomId]);
  await sql.query('INSERT INTO "RoomHead" ("roomId") VALUES ($1)', [roomId]);
  await sql.query(
    `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber")
     SELECT gen_random_uuid(), $1, person, 0 FROM unnest($2::uuid[]) AS person`,
    [roomId, people],
  );
  let isFirst = true;
  const node = startNode((transaction) => async (statements) => {
    if (!isGroup(statements) || !isFirst) return transaction(statements);
    isFirst = false;
    throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
  });
  let isOver = false;
  const busy = keepBusy(roomId, () => isOver);

  const refusals = await Promise.all(
    people.map((actorId) => refusal(node.writer.write(send, draft({ roomId, actorId })))),
  );

  isOver = true;
  await busy;
  expect(refusals).toEqual(people.map(() => null));
  await sql.query('DELETE FROM "Room" WHERE "id" = $1', [roomId]);
  await node.close();
});

test('a locked row that one author needs delays no message of other authors', async () => {
  const node = startNode();
  const [roomId = '', other = ''] = rooms;
  const [ada = '', grace = ''] = people;
  await sql.query('BEGIN');
  await sql.query('SELECT FROM "Membership" WHERE "roomId" = $1 AND "userId" = $2 FOR UPDATE', [roomId, ada]);

  const [mine, theirs, elsewhere] = await Promise.allSettled([
    node.writer.write(send, draft({ roomId, actorId: ada })),
    node.writer.write(send, draft({ roomId, actorId: grace })),
    node.writer.write(send, draft({ roomId: other, actorId: ada })),
  ]);
  await sql.query('ROLLBACK');

  expect(mine).toMatchObject({ status: 'rejected', reason: { code: 'RATE_LIMITED', retryAfterMs: 1000 } });
  expect([theirs?.status, elsewhere?.status]).toEqual(['fulfilled', 'fulfilled']);
  await node.close();
});

describe('while the database stays away', () => {
  const lost = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  const away = new NotDoneError('There is no connection to the database');

  test('a message whose commit was not answered has an unknown outcome, and is stored once when it is sent again', async () => {
    let isAway = false;
    const through = (transaction: Transaction): Transaction => {
      return async (statements) => {
        if (isAway) throw away;
        if (!isGroup(statements)) return transaction(statements);
        await transaction(statements);
        isAway = true;
        throw lost;
      };
    };
    const [node, other] = [startNode(through, 100), startNode()];
    const one = draft();

    await expect(node.writer.write(send, one)).rejects.toMatchObject({
      code: 'UNKNOWN_OUTCOME',
      extensions: { retryable: true },
    });

    expect(await countKept([one])).toBe(1);
    expect(await other.writer.write(send, { ...one, id: newId() })).toMatchObject({
      verdict: 'KNOWN',
      message: { id: one.id },
    });
    await Promise.all([node.close(), other.close()]);
  });

  test('a message that never reached the database is refused, and its outcome is known', async () => {
    const node = startNode(() => () => Promise.reject(away), 100);
    const one = draft();

    expect(await refusal(node.writer.write(send, one))).toBe('RATE_LIMITED 1000');

    expect(await countKept([one])).toBe(0);
    await node.close();
  });
});

test('a message that was committed without an answer is written, though its author has been banned meanwhile', async () => {
  let isFirst = true;
  const [roomId = '', ada = ''] = [rooms[5], people[0]];
  const setState = (state: string) =>
    sql.query('UPDATE "Membership" SET "state" = $1 WHERE "roomId" = $2 AND "userId" = $3', [state, roomId, ada]);
  const node = startNode((transaction) => async (statements) => {
    const answers = await transaction(statements);
    if (!isFirst || !isGroup(statements)) return answers;
    isFirst = false;
    await setState('BANNED');
    throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
  });

  expect(await node.writer.write(send, draft({ roomId, actorId: ada }))).toMatchObject({ verdict: 'WRITTEN' });

  await setState('JOINED');
  await node.close();
});
