import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { newId } from '../../../src/base/ids.ts';
import { join, joining } from '../../../src/log/changes/join.ts';
import { leave, leaving } from '../../../src/log/changes/leave.ts';
import { react } from '../../../src/log/changes/react.ts';
import { send } from '../../../src/log/changes/send.ts';
import { removeOldLanes } from '../../../src/log/writer/lane.ts';
import type { Transaction } from '../../../src/storage/pool.ts';
import { freshDatabase } from '../../support/database.ts';
import { isGroup } from '../../support/recorded-groups.ts';
import { startWriterNode } from '../../support/writer-nodes.ts';
import { insertPeople, insertRoom } from '../../support/writer-rooms.ts';

const lost = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
let people: string[];
let roomId: string;

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  people = await insertPeople(sql, 4);
  const [ada = '', grace = ''] = people;
  roomId = await insertRoom(sql, { kind: 'CHANNEL', members: [{ userId: ada, role: 'OWNER' }, { userId: grace }] });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** Returns a transaction whose first group does what `instead` does. */
function first(instead: (send: () => ReturnType<Transaction>) => ReturnType<Transaction>) {
  let isFirst = true;
  return (transaction: Transaction): Transaction => {
    return (statements) => {
      if (!isFirst || !isGroup(statements)) return transaction(statements);
      isFirst = false;
      return instead(() => transaction(statements));
    };
  };
}

function draft(actorId = people[0]!) {
  const id = newId();
  return { id, roomId, actorId, text: 'Hello', clientMessageId: id, replyToId: null };
}

async function count(text: string, values: unknown[] = []): Promise<number> {
  return Number((await sql.query<{ count: string }>(`SELECT count(*) FROM ${text}`, values)).rows[0]?.count);
}

test('a join whose answer was lost is not made again after the user has left on another node', async () => {
  const change = { roomId, actorId: people[2]! };
  const other = startWriterNode(database.url);
  const node = startWriterNode(database.url, {
    through: first(async (commit) => {
      await commit();
      await other.writer.write(leave, leaving(change));
      throw lost;
    }),
  });

  const outcome = await node.writer.write(join, joining(change));

  expect(outcome).toMatchObject({ verdict: 'UNCHANGED', membership: { state: 'LEFT' } });
  expect(await count(`"RoomEvent" WHERE "userId" = $1`, [change.actorId])).toBe(2);
  await Promise.all([node.close(), other.close()]);
});

test('a reaction whose answer was lost is not added again after the user has removed it on another node', async () => {
  const [message, other] = [draft(), startWriterNode(database.url)];
  await other.writer.write(send, message);
  const change = { roomId, actorId: people[1]!, messageId: message.id, emoji: '👍' };
  const node = startWriterNode(database.url, {
    through: first(async (commit) => {
      await commit();
      await other.writer.write(react, { ...change, isAdded: false });
      throw lost;
    }),
  });

  expect(await node.writer.write(react, { ...change, isAdded: true })).toMatchObject({ verdict: 'UNCHANGED' });

  expect(await count('"Reaction"')).toBe(0);
  await Promise.all([node.close(), other.close()]);
});

test('a transaction that arrives after the writer has given it up for lost changes nothing', async () => {
  let late = Promise.resolve<unknown>(null);
  let arrive = () => {};
  const node = startWriterNode(database.url, {
    through: first((commit) => {
      late = new Promise<void>((resolve) => {
        arrive = resolve;
      }).then(commit);
      return Promise.reject(lost);
    }),
  });

  const { message } = await node.writer.write(send, draft());
  arrive();

  await expect(late).rejects.toMatchObject({ code: '22012' });
  expect(await count(`"Message" WHERE "id" = $1`, [message?.id])).toBe(1);
  await node.close();
});

test('if a message was refused and the answer lost, the answer of the next attempt counts', async () => {
  const stranger = people[3]!;
  const other = startWriterNode(database.url);
  const group = await insertRoom(sql, { kind: 'GROUP', members: [{ userId: people[0]! }] });
  const node = startWriterNode(database.url, {
    through: first(async (commit) => {
      await commit();
      await sql.query(
        `INSERT INTO "Membership" ("id", "roomId", "userId", "stateEventNumber") VALUES ($1, $2, $3, 0)`,
        [newId(), group, stranger],
      );
      throw lost;
    }),
  });

  const outcome = await node.writer.write(send, { ...draft(stranger), roomId: group });

  expect(outcome).toMatchObject({ verdict: 'WRITTEN', message: { sequence: 1 } });
  await Promise.all([node.close(), other.close()]);
});

test('a user who was refused in an attempt without an answer is refused, though they may join now', async () => {
  const change = { roomId: await insertRoom(sql, { kind: 'CHANNEL', isArchived: true }), actorId: people[3]! };
  const node = startWriterNode(database.url, {
    through: first(async (commit) => {
      await commit();
      await sql.query('UPDATE "Room" SET "archivedAt" = NULL WHERE "id" = $1', [change.roomId]);
      throw lost;
    }),
  });

  expect(await node.writer.write(join, joining(change))).toEqual({ verdict: 'NO_ROOM', membership: null, room: null });

  await node.close();
});

test('a commit without an answer has its outcome, though its room is locked for a while after it', async () => {
  const node = startWriterNode(database.url, {
    through: first(async (commit) => {
      await commit();
      await sql.query('BEGIN');
      await sql.query('SELECT FROM "RoomHead" WHERE "roomId" = $1 FOR UPDATE', [roomId]);
      setTimeout(() => void sql.query('COMMIT'), 800); // longer than PostgreSQL waits for a lock
      throw lost;
    }),
  });

  expect(await node.writer.write(send, draft())).toMatchObject({ verdict: 'WRITTEN' });

  await node.close();
});

test('a writer whose lanes were removed writes on', async () => {
  const node = startWriterNode(database.url);
  await node.writer.write(send, draft());

  await sql.query('DELETE FROM "WriterLane"');

  expect(await node.writer.write(send, draft())).toMatchObject({ verdict: 'WRITTEN' });
  await node.close();
});

test('a writer whose lanes were fenced by somebody else writes on', async () => {
  const node = startWriterNode(database.url);
  await node.writer.write(send, draft());

  await sql.query('UPDATE "WriterLane" SET "fence" = 1000');

  expect(await node.writer.write(send, draft())).toMatchObject({ verdict: 'WRITTEN' });
  await node.close();
});

test('two writers never share a lane', async () => {
  await sql.query('DELETE FROM "WriterLane"');
  const nodes = [startWriterNode(database.url), startWriterNode(database.url)];

  for (const { writer } of nodes) await writer.write(send, draft());

  expect(await count('"WriterLane"')).toBe(2);
  await Promise.all(nodes.map((node) => node.close()));
});

test('at start, lanes that were not used for a day are removed, and younger ones are kept', async () => {
  const [old, young] = [newId(), newId()];
  const insert = `INSERT INTO "WriterLane" ("id", "fence", "usedAt") VALUES ($1, 1, now() - $2::interval)`;
  await sql.query(insert, [old, '25 hours']);
  await sql.query(insert, [young, '23 hours']);
  const node = startWriterNode(database.url);

  await removeOldLanes(node.pool.transaction);

  const { rows } = await sql.query('SELECT "id" FROM "WriterLane" WHERE "id" = ANY($1::uuid[])', [[old, young]]);
  expect(rows).toEqual([{ id: young }]);
  await node.close();
});
