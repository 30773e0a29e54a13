import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { newId } from '../../src/base/ids.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { type SignIn, signInStore } from '../../src/sessions/store-sign-ins.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { TcpProxy } from '../support/proxy.ts';
import { userRow } from '../support/user-row.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let pool: Pool;
let prisma: PrismaClient;
let statements: string[];
let store: (signIn: SignIn) => Promise<void>;
beforeAll(async () => {
  database = await freshDatabase();
  proxy = await TcpProxy.to(Number(new URL(database.url).port));
  const url = Object.assign(new URL(database.url), { port: String(proxy.port) }).href;
  pool = openPool(url, { log: pino({ level: 'silent' }), onStatement: (text) => statements.push(text) });
  prisma = openPrisma(database.url);
});
beforeEach(() => {
  statements = [];
  store = signInStore(pool.write);
});
afterAll(async () => {
  await pool.close();
  await prisma.$disconnect();
  await proxy.close();
  await database.drop();
});

function signIn(changes: Partial<SignIn['user']> = {}): SignIn {
  const user = userRow(newId(), changes);
  const { createdAt } = user;
  const times = { createdAt, lastSeenAt: createdAt, expiresAt: new Date(createdAt.getTime() + 1000), revokedAt: null };
  return {
    user,
    session: { id: newId(), userId: user.id, deviceId: 'phone', deviceKey: null, language: 'pt-BR', ...times },
  };
}

async function stored({ session }: SignIn): Promise<SignIn | null> {
  const found = await prisma.session.findUnique({ where: { id: session.id }, include: { user: true } });
  if (!found) return null;
  const { user, ...rest } = found;
  return { user, session: rest };
}

test('one statement stores the user and the session exactly as they are given', async () => {
  const one = signIn();

  await store(one);

  expect(await stored(one)).toEqual(one);
  expect(statements).toHaveLength(1);
});

test('sign-ins that arrive while a statement runs are stored by the next one', async () => {
  const many = Array.from({ length: 100 }, () => signIn());
  const [first, ...others] = many as [SignIn, ...SignIn[]];
  const storing = [store(first)];
  await new Promise(setImmediate);
  expect(statements).toHaveLength(1); // the first waits for none

  storing.push(...others.map(store));
  await Promise.all(storing);

  expect(statements).toHaveLength(2);
  expect(await Promise.all(many.map(stored))).toEqual(many);
});

test('after a lost answer, repeating the statement stores nothing twice', async () => {
  const one = signIn({ displayName: 'Lost' });
  proxy.loseReplyTo('Lost');

  await store(one);

  expect(await stored(one)).toEqual(one);
  expect(await prisma.session.count({ where: { userId: one.user.id } })).toBe(1);
  expect(statements).toHaveLength(2);
});

test('if a username is taken, the sign-ins of the statement fail, and none is stored', async () => {
  const taken = signIn();
  await store(taken);
  const both = [signIn({ username: taken.user.username }), signIn()];

  const outcomes = await Promise.allSettled(both.map(store));

  expect(outcomes).toMatchObject([{ reason: { code: '23505' } }, { reason: { code: '23505' } }]);
  expect(await Promise.all(both.map(stored))).toEqual([null, null]);
});
