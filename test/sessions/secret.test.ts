import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { signingSecret } from '../../src/sessions/secret.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let prisma: PrismaClient;
let dataDir: string;
let logged: string[];

beforeEach(async () => {
  database = await freshDatabase();
  prisma = openPrisma(database.url);
  dataDir = await mkdtemp(join(tmpdir(), 'parley-secret-'));
  logged = [];
});
afterEach(async () => {
  await prisma.$disconnect();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line).msg) });
const secretIn = (folder = dataDir, jwtSecret: string | null = null) =>
  signingSecret({ config: { jwtSecret, dataDir: folder }, prisma, log });

test('a secret is created once and kept in the database, even if the next start uses another folder', async () => {
  const secret = await secretIn();

  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(await secretIn('/nowhere/at/all')).toBe(secret);
  expect(await readdir(dataDir)).toEqual([]);
  expect(logged).toEqual(Array(2).fill(expect.stringMatching(/^access tokens are .* the secret in the database/)));
});

test('another database has another secret', async () => {
  const secret = await secretIn();
  const other = await freshDatabase();
  const itsPrisma = openPrisma(other.url);

  const itsSecret = await signingSecret({ config: { jwtSecret: null, dataDir }, prisma: itsPrisma, log });

  expect(itsSecret).not.toBe(secret);
  await itsPrisma.$disconnect();
  await other.drop();
});

test('twenty nodes that start at once use the same secret', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => secretIn()));

  expect(new Set(secrets).size).toBe(1);
});

test('the secret that an earlier version kept in the folder is moved to the database', async () => {
  const earlier = 'a secret of an earlier version, in a file';
  await writeFile(join(dataDir, 'jwt-secret'), earlier);

  expect(await secretIn()).toBe(earlier);

  expect(await secretIn('/nowhere/at/all')).toBe(earlier);
  expect(await readFile(join(dataDir, 'jwt-secret'), 'utf8')).toBe(earlier);
});

test('the secret of the configuration is used and not kept', async () => {
  const given = 'a secret that the operator has chosen';

  expect(await secretIn(dataDir, given)).toBe(given);

  expect(await prisma.serverSetting.count()).toBe(0);
  expect(logged).toEqual(['access tokens are signed with AUTH_JWT_SECRET']);
});

test.each(['', 'too short'])('a file with “%s” in it is refused by its name', async (content) => {
  await writeFile(join(dataDir, 'jwt-secret'), content);

  await expect(secretIn()).rejects.toThrow(join(dataDir, 'jwt-secret'));
  expect(await readFile(join(dataDir, 'jwt-secret'), 'utf8')).toBe(content);
});

test('a secret in the database that is too short is refused by the name of its row', async () => {
  await prisma.serverSetting.create({ data: { key: 'jwtSecret', value: 'too short' } });

  await expect(secretIn()).rejects.toThrow(
    /^The row jwtSecret of the table ServerSetting has fewer than 32 characters\./,
  );
});
