import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { failureOf } from '../../src/storage/failures.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: Pool;
let prisma: PrismaClient;
beforeAll(async () => {
  database = await freshDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await query(database.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  pool = openPool(database.url, { log: pino({ level: 'silent' }) });
  prisma = openPrisma(database.url);
});
afterAll(async () => {
  await Promise.all([pool.close(), prisma.$disconnect()]);
  await database.drop();
});

test('a write that a read-only database refuses is NOT_DONE, through the pool and through Prisma', async () => {
  const row = { key: 'key', value: 'value' };
  const text = `INSERT INTO "ServerSetting" ("key", "value") VALUES ('key', 'value')`;

  const failures = await Promise.all([
    pool.write('set', text, []).catch(failureOf),
    pool.transaction([{ name: 'set', text, values: [] }]).catch(failureOf),
    prisma.serverSetting.create({ data: row }).catch(failureOf),
    prisma.$transaction((tx) => tx.serverSetting.createMany({ data: [row] })).catch(failureOf),
  ]);

  expect(failures).toEqual(['NOT_DONE', 'NOT_DONE', 'NOT_DONE', 'NOT_DONE']);
});

test('a statement that the server refuses for lack of disk space or memory is NOT_DONE', () => {
  const diskFull = { code: '53100' };
  const outOfMemory = { code: '53200' };

  expect([diskFull, outOfMemory].map(failureOf)).toEqual(['NOT_DONE', 'NOT_DONE']);
});
