import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { freshDatabase } from '../support/database.ts';

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

test('rows are found by an index even in a table that is small when the statement is planned', async () => {
  await pool.query('one room', `INSERT INTO "Room" ("id", "kind") VALUES (gen_random_uuid(), 'GROUP')`, []);
  await pool.query('count', 'ANALYZE "Room"', []);
  const text = `EXPLAIN SELECT FROM "Room" WHERE "id" = '00000000-0000-0000-0000-000000000000'`;

  const read = await pool.query('plan of a read', text, []);
  const [written] = await pool.transaction([{ name: 'plan of a write', text, values: [] }]);

  expect(JSON.stringify(read)).toContain('Index');
  expect(JSON.stringify(written)).toContain('Index');
});
