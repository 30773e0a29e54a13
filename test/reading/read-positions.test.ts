import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId, newId } from '../../src/base/ids.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let readers: Person[];
let roomId: string;
beforeAll(async () => {
  server = await startServer();
  readers = Object.values(await people(server.url, 'Grace', 'Hedy', 'Radia'));
});
afterAll(() => server.close());
beforeEach(async () => {
  const { ada } = await people(server.url, 'Ada');
  const room = await makeGroup(ada, 'Readers', readers);
  roomId = innerId('Room', room);
  for (let n = 0; n < 5; n += 1) await say(ada, room, `${n}`);
});

const idOf = (index: number) => innerId('User', readers[index]!.id);

function move(userId: string, upToSequence: number) {
  return server.app.services.reading.movePosition({ roomId, userId, upToSequence });
}

test('members who read at the same time share a statement, and each gets an own answer', async () => {
  await move(idOf(0), 1);
  server.statements.length = 0;

  const first = move(idOf(0), 6);
  const rest = [move(idOf(1), 5), move(idOf(1), 7), move(newId(), 5), move(idOf(2), 1)];
  const answers = await Promise.all([first, ...rest]);

  const positions = answers.map((answer) => answer?.membership.lastReadSequence);
  expect(positions).toEqual([6, 7, 7, undefined, expect.any(Number)]);
  expect(answers.map((answer) => answer?.hasMoved)).toEqual([true, true, true, undefined, false]);
  expect(server.statements.length).toBe(1);
});

test('a locked membership keeps no other member waiting, and its position moves in the end', async () => {
  const sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  await sql.query('BEGIN');
  await sql.query(`UPDATE "Membership" SET "lastReadSequence" = 5 WHERE "roomId" = $1 AND "userId" = $2`, [
    roomId,
    idOf(0),
  ]);
  let isMoved = false;
  const held = move(idOf(0), 6).finally(() => {
    isMoved = true;
  });

  await Promise.all([move(idOf(1), 6), move(idOf(2), 6)]);
  expect(isMoved).toBe(false);
  await sql.query('COMMIT');
  await sql.end();

  expect(await held).toMatchObject({ hasMoved: true, membership: { lastReadSequence: 6 } });
});

test('a membership that stays locked is rejected as RATE_LIMITED, and keeps no user from signing in', async () => {
  const sql = new pg.Client({ connectionString: server.databaseUrl });
  await sql.connect();
  await sql.query('BEGIN');
  await sql.query(`SELECT FROM "Membership" WHERE "roomId" = $1 AND "userId" = $2 FOR UPDATE`, [roomId, idOf(0)]);

  const held = Array.from({ length: 10 }, () => move(idOf(0), 6).catch((error) => error.code));

  await people(server.url, 'Katherine');
  await move(idOf(1), 6);

  expect(new Set(await Promise.all(held))).toEqual(new Set(['RATE_LIMITED']));
  await sql.query('ROLLBACK');
  await sql.end();
});
