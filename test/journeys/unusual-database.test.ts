import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { findEmbeddedPostgres } from '../../src/storage/embedded/find.ts';
import { startEmbeddedPostgres } from '../../src/storage/embedded/start.ts';
import { requireUsable } from '../../src/storage/usable.ts';
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';
import { build, runParley } from '../support/process.ts';
import { startServer } from '../support/server.ts';
import { setUnusual, unusualSettings } from '../support/unusual-settings.ts';
import { comparable, createdTwice, storedTimes, visit } from '../support/whole-visit.ts';

/** What clients receive and the server stores, on a usual database. */
let usual: unknown;
let admin: TestDatabase;
/** What each test must clean up, in reverse order. */
let left: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  build();
  admin = await emptyDatabase();
  const database = await freshDatabase();
  usual = await outcomeOn(database.url);
  await database.drop();
});
afterEach(async () => {
  for (const remove of left.reverse()) await remove();
  left = [];
});
afterAll(() => admin.drop());

/** Visits a server of its own on that database. */
async function outcomeOn(databaseUrl: string): Promise<unknown> {
  const server = await startServer({ databaseUrl });
  try {
    const told = await visit(server.url);
    const stored = await storedTimes(await requireUsable(databaseUrl));
    return comparable({ told, stored, createdTwice: createdTwice(told) });
  } finally {
    await server.close();
  }
}

test('on a usual database, the time of a message is the present, and the same live, replayed and in history', () => {
  const text = JSON.stringify(usual);

  expect(usual).toMatchObject({
    createdTwice: [],
    stored: {
      'Message.createdAt': expect.arrayContaining(['now']),
      'Session.expiresAt': ['in 180 days', 'in 180 days'],
    },
    told: { state: { room: { createdAt: 'now' }, viewer: { session: { expiresAt: 'in 180 days' } } } },
  });
  expect(text).not.toContain('ms from now');
});

describe('clients receive the same results, and the server stores the same rows', () => {
  test.each(['Asia/Kolkata', 'America/St_Johns'])(
    'where role and database have unusual settings, in %s',
    async (zone) => {
      const database = await emptyDatabase();
      const name = new URL(database.url).pathname.slice(1);
      const role = `role_of_${name}`;
      const url = database.url.replace(/\/\/.*@/, `//${role}:secret@`);
      await query(admin.url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'; ALTER DATABASE ${name} OWNER TO ${role}`);
      left.push(
        () => query(admin.url, `DROP ROLE ${role}`),
        () => database.drop(),
      );
      await query(database.url, `CREATE SCHEMA AUTHORIZATION ${role}`);
      const others = { timezone: zone, search_path: 'pg_catalog, nowhere, "$user", public' };
      const targets = [`DATABASE ${name}`, `ROLE ${role}`, `ROLE ${role} IN DATABASE ${name}`];
      await query(admin.url, targets.flatMap((target) => setUnusual(target, others)).join(';'));

      expect(await outcomeOn(url)).toEqual(usual);
    },
  );

  test('on the embedded PostgreSQL of an unusual machine, with an unusual environment', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-unusual-'));
    left.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 100 })); // a killed process may not have ended yet
    const before = await startEmbeddedPostgres({ dataDir, settings: 'test' });
    await query(before.url, setUnusual('ROLE parley').join(';'));
    await before.close();
    // As initdb writes it on a machine in Kolkata.
    const lines = Object.entries(unusualSettings).map(([setting, value]) => `${setting} = '${value}'\n`);
    await appendFile(join(dataDir, 'postgres/cluster/postgresql.conf'), lines.join(''));

    const parley = runParley({ DATA_DIR: dataDir, PORT: '0', ...unusualEnvironment });
    left.push(() => parley.end('SIGKILL'));
    const url = /GraphiQL\s+(\S+)/.exec(await parley.ready)?.[1] ?? '';
    const told = await visit(url);
    const stored = await storedTimes((await findEmbeddedPostgres(dataDir)) ?? '');

    expect(comparable({ told, stored, createdTwice: createdTwice(told) })).toEqual(usual);
  });
});

const unusualEnvironment = {
  TZ: 'America/St_Johns',
  PGTZ: 'Asia/Kolkata',
  PGDATESTYLE: 'SQL, DMY',
  PGOPTIONS: '-c timezone=Asia/Kolkata -c statement_timeout=1',
  PGCLIENTENCODING: 'LATIN1',
  PGCLIENT_ENCODING: 'LATIN1',
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGDATABASE: 'nowhere',
  PGHOST: '127.0.0.2',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'nothing',
};
