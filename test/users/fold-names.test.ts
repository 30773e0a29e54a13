import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { newId } from '../../src/base/ids.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { foldNames, keepNamesFolded } from '../../src/users/fold-names.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let prisma: PrismaClient;
beforeAll(async () => {
  database = await freshDatabase();
  prisma = openPrisma(database.url);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});

/** Stores users as an older version does. */
async function store(...usernames: string[]): Promise<string[]> {
  const data = usernames.map((username) => ({ id: newId(), username, displayName: username.toUpperCase() }));
  await prisma.user.createMany({ data });
  return data.map(({ id }) => id);
}

const foldedAs = async (ids: string[]) => {
  const users = await prisma.user.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  return users.map(({ skeleton, searchName }) => [skeleton, searchName]);
};

test('users of an older version get their skeletons and folded names', async () => {
  const ids = await store('ada', 'mary');

  await foldNames(prisma);

  expect(await foldedAs(ids)).toEqual([
    ['ada', 'ada'],
    ['rnary', 'mary'],
  ]);
});

test('of two that look alike, the older one gets the skeleton, in one batch or in two', async () => {
  const ids = await store('google', 'g00gle');
  await foldNames(prisma);
  ids.push(...(await store('g0ogle')));

  await foldNames(prisma);

  expect(await foldedAs(ids)).toEqual([
    ['google', 'google'],
    [`google ${ids[1]}`, 'g00gle'],
    [`google ${ids[2]}`, 'g0ogle'],
  ]);
});

test('more users than one batch has, by several nodes at once', async () => {
  await store(...Array.from({ length: 1200 }, (_, number) => `crowd-${number}`));

  await Promise.all([foldNames(prisma), foldNames(prisma), foldNames(prisma)]);
  await foldNames(prisma);

  expect(await prisma.user.count({ where: { OR: [{ skeleton: null }, { searchName: null }] } })).toBe(0);
});

test('a node that closes finishes its batch, and begins no other', async () => {
  await store(...Array.from({ length: 1200 }, (_, number) => `late-${number}`));

  await keepNamesFolded(prisma, pino({ level: 'silent' }))();

  expect(await prisma.user.count({ where: { skeleton: null } })).toBe(700);
  await foldNames(prisma);
});
