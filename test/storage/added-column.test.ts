import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { loadRooms } from '../../src/access/room-rows.ts';
import { pendingMessagesFrom } from '../../src/notifications/pending-messages.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { loadUsers } from '../../src/users/rows.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, {
    sizes: { reads: 1, lists: 0, writes: 1, prisma: 1 },
    log: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test.each([
  ['Room', () => loadRooms(pool.query, [randomUUID()])],
  ['User', () => loadUsers(pool.query, [randomUUID()])],
  ['Message', () => pendingMessagesFrom(pool.query)({ userId: randomUUID(), ids: [randomUUID()], bytes: 0 })()],
])('a running node still reads a %s after a newer node has added a column', async (table, read) => {
  const before = await read();

  await query(database.url, `ALTER TABLE "${table}" ADD COLUMN "colour" text`);

  expect(await read()).toEqual(before);
});
