import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId } from '../../src/base/ids.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let prisma: PrismaClient;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await prisma?.$disconnect();
  prisma = openPrisma(database.url, { connections: 1 });
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

interface Prepared {
  name: string;
  statement: string;
  generic: number;
  custom: number;
}

/** Returns the prepared statements of the only connection that contain a text. */
async function prepared(text: string): Promise<Prepared[]> {
  const all = await prisma.$queryRaw<Prepared[]>`
    SELECT name, statement, generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements`;
  return all.filter(({ statement }) => statement.includes(text));
}

test('a statement is prepared once and planned for each call', async () => {
  for (let call = 0; call < 10; call += 1) await prisma.user.findUnique({ where: { id: newId() } });

  expect(await prepared('"User"')).toMatchObject([
    { name: expect.stringMatching(/^prisma \d+$/), generic: 0, custom: 10 },
  ]);
});

test('lists of different lengths are not prepared', async () => {
  for (let length = 2; length < 6; length += 1) {
    await prisma.user.findMany({ where: { id: { in: Array.from({ length }, () => newId()) } } });
  }

  expect(await prepared('"User"')).toEqual([]);
});

test('a limited number of texts is prepared', async () => {
  for (let n = 0; n < 300; n += 1) await prisma.$queryRawUnsafe(`SELECT ${n} AS many`);
  await prisma.$queryRawUnsafe('SELECT 299 AS many');

  expect((await prepared('AS many')).length).toBeLessThanOrEqual(200);
});

test('a statement that was prepared while its table was empty uses an index once the table is large', async () => {
  const find = () => prisma.room.findUnique({ where: { conversationKey: 'x' } });
  await prisma.$executeRaw`VACUUM (ANALYZE) "Room"`;
  for (let call = 0; call < 10; call += 1) await find();
  const [statement] = await prepared('"conversationKey" =');
  const explain = `EXPLAIN EXECUTE "${statement?.name}" ('x', 1, 0)`;
  const plan = async () => JSON.stringify(await prisma.$queryRawUnsafe(explain));
  expect(await plan()).toContain('Seq Scan'); // else this proves nothing

  await prisma.$executeRaw`INSERT INTO "Room" ("id", "kind", "conversationKey")
    SELECT gen_random_uuid(), 'DIRECT', 'key ' || n FROM generate_series(1, 5000) AS n`;

  expect(await plan()).toContain('Index Scan');
});
