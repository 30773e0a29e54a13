import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { newId } from '../../src/base/ids.ts';
import type { PrismaClient, User } from '../../src/generated/prisma/client.ts';
import { Activity } from '../../src/presence/activity.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let prisma: PrismaClient;
let pool: Pool;
const statements: string[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  prisma = openPrisma(database.url);
  pool = openPool(database.url, { log: pino({ level: 'silent' }), onStatement: (sql) => statements.push(sql) });
});
afterAll(async () => {
  await pool.close();
  await prisma.$disconnect();
  await database.drop();
});

let activity: Activity;
beforeEach(() => {
  statements.length = 0;
  activity = new Activity(pool.query, pino({ level: 'silent' }));
});
afterEach(() => activity.close());

function add(data: Partial<User> = {}): Promise<User> {
  return prisma.user.create({ data: { username: newId(), displayName: 'Somebody', ...data } });
}

/** When the user was last active, once all that was noted is written. */
async function lastActive({ id }: User): Promise<number> {
  await activity.close();
  return (await prisma.user.findUniqueOrThrow({ where: { id } })).lastActiveAt?.getTime() ?? Number.NaN;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
/** Clocks of one machine, which differ by their rounding. */
const justNow = () => Date.now() - 5000;

test('the first activity of a user is stored, and of no other user', async () => {
  const ada = await add();
  const grace = await add();

  activity.note(ada.id);

  expect(await lastActive(ada)).toBeGreaterThan(justNow());
  expect(await lastActive(grace)).toBeNaN();
});

test('many active users cost one statement', async () => {
  const users = await Promise.all(Array.from({ length: 20 }, () => add()));

  for (let times = 0; times < 50; times += 1) for (const { id } of users) activity.note(id);
  for (const user of users) expect(await lastActive(user)).toBeGreaterThan(justNow());

  expect(statements).toHaveLength(1);
});

test('activity is written again after a minute, and not before, on any node', async () => {
  const stale = await add({ lastActiveAt: ago(61) });
  const fresh = await add({ lastActiveAt: ago(50) });

  activity.note(stale.id);
  activity.note(fresh.id);

  expect(await lastActive(stale)).toBeGreaterThan(justNow());
  expect(await lastActive(fresh)).toBe(fresh.lastActiveAt?.getTime());
});

test('activity of users who hide is not stored', async () => {
  const ada = await add({ lastActiveAt: ago(3600), chosenStatus: 'OFFLINE' });
  const grace = await add({ chosenStatus: 'OFFLINE' });

  activity.note(ada.id);
  activity.note(grace.id);

  expect(await lastActive(ada)).toBe(ada.lastActiveAt?.getTime());
  expect(await lastActive(grace)).toBeNaN();
});
