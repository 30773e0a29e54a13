import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { createDefaultRooms } from '../../src/rooms/create-default-rooms.ts';
import { signingSecret } from '../../src/sessions/secret.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let prisma: PrismaClient;
let otherNode: pg.Client;
let observer: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  prisma = openPrisma(database.url);
  otherNode = new pg.Client(database.url);
  observer = new pg.Client(database.url);
  await Promise.all([otherNode.connect(), observer.connect()]);
});
afterAll(async () => {
  await Promise.all([otherNode.end(), observer.end()]);
  await prisma.$disconnect();
  await database.drop();
});

const waitingStatement = `SELECT query_start::text AS since FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Starts work while another node writes a setting, which commits only after this node has waited twice for its lock. */
async function whileAnotherWrites<Result>(key: string, value: string, start: () => Promise<Result>): Promise<Result> {
  await otherNode.query('BEGIN');
  await otherNode.query('INSERT INTO "ServerSetting" ("key", "value") VALUES ($1, $2)', [key, value]);
  const waits = new Set<string>();
  const isRetried = async () => {
    const { rows } = await observer.query(waitingStatement);
    for (const { since } of rows) waits.add(since);
    return waits.size > 1;
  };
  const starting = start();
  await Promise.race([starting, until(isRetried)]);
  await otherNode.query('COMMIT');
  return starting;
}

test('a node waits for another node that creates the default rooms', async () => {
  await whileAnotherWrites('defaultRoomsDecidedAt', 'now', () => createDefaultRooms(prisma));

  expect(await prisma.room.count()).toBe(0);
});

test('a node waits for another node that creates the signing secret, and uses that', async () => {
  const secret = 'the other node’s, of at least 32 characters';
  const config = { jwtSecret: null, dataDir: tmpdir() };
  const log = pino({ level: 'silent' });

  expect(await whileAnotherWrites('jwtSecret', secret, () => signingSecret({ config, prisma, log }))).toBe(secret);
});
