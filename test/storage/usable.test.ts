import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { migrate } from '../../src/storage/migrate.ts';
import { openPool } from '../../src/storage/pool.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import { requireUsable } from '../../src/storage/usable.ts';
import { databaseWith, emptyDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';

const role = `clerk_${process.pid}`;
let database: TestDatabase;
let name: string;

beforeAll(async () => {
  database = await emptyDatabase();
  name = new URL(database.url).pathname.slice(1);
  await query(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'clerk'`);
});
afterAll(async () => {
  await database.drop();
  const other = await emptyDatabase();
  await query(other.url, `DROP ROLE ${role}`);
  await other.drop();
});

/** Returns the URL of the database for the clerk, who owns nothing and has no right to create anything. */
function asClerk(url = database.url): string {
  const clerks = new URL(url);
  clerks.username = role;
  clerks.password = 'clerk';
  return clerks.href;
}

/** Migrates, writes through Prisma and reads through the pool; returns the schemas of the tables that hold the rows. */
async function useAll(url: string): Promise<unknown[]> {
  const usable = await requireUsable(url);
  await migrate(usable, 'prisma/migrations');
  const prisma = openPrisma(usable);
  const pool = openPool(usable, { log: pino({ level: 'silent' }) });
  try {
    const room = await prisma.room.create({ data: { kind: 'CHANNEL', slug: 'tea', name: 'Tea' } });
    await prisma.$queryRaw`SELECT "kind"::"RoomKind" FROM "Room"`;
    const [found] = await pool.query('where', 'SELECT "id", tableoid::regclass::text FROM "Room"', []);
    expect(found?.id).toBe(room.id);
    return await query(
      url,
      `SELECT schemaname FROM pg_tables WHERE tablename IN ('Room', '_prisma_migrations') ORDER BY 1`,
    );
  } finally {
    await Promise.all([prisma.$disconnect(), pool.close()]);
  }
}

describe('migrations, Prisma and prepared statements use', () => {
  test('the schema with the name of the role, if it exists', async () => {
    const own = await emptyDatabase();
    await query(own.url, 'CREATE SCHEMA AUTHORIZATION parley');

    expect(await useAll(own.url)).toEqual([{ schemaname: 'parley' }, { schemaname: 'parley' }]);
    await own.drop();
  });

  test('the schema that the URL names, which is created, so two Parleys can share a database', async () => {
    const shared = await emptyDatabase();

    await useAll(`${shared.url}?schema=first`);

    expect(await useAll(`${shared.url}?schema=The%20second`)).toEqual(
      ['The second', 'The second', 'first', 'first'].map((schemaname) => ({ schemaname })),
    );
    await shared.drop();
  });

  test('the schema in the search_path of the database or in the options of the URL', async () => {
    const own = await emptyDatabase();
    await query(own.url, 'CREATE SCHEMA chat; CREATE SCHEMA talk');
    await query(own.url, `ALTER DATABASE ${new URL(own.url).pathname.slice(1)} SET search_path = nowhere, chat`);

    expect(await requireUsable(own.url)).toBe(`${own.url}?schema=chat`);
    expect(await requireUsable(`${own.url}?options=-csearch_path%3Dtalk`)).toMatch(/&schema=talk$/);
    await own.drop();
  });
});

describe('a start fails with one line that says what to do', () => {
  const changed = (url: string, change: (url: URL) => void) => {
    const other = new URL(url);
    change(other);
    return other.href;
  };

  test.each<[string, (url: string) => string, RegExp]>([
    [
      'without the right password',
      (url) => changed(url, (its) => (its.password = 'guess')),
      /Check user and password in/,
    ],
    ['without any password', (url) => changed(url, (its) => (its.password = '')), /Give DATABASE_URL a password\.$/],
    ['if no server listens', (url) => changed(url, (its) => (its.port = '1')), /ECONNREFUSED.*Check DATABASE_URL\.$/],
    ['for a missing database', (url) => `${url}_`, /"test_\w+" does not exist\. Create it, or correct the/],
    [
      'if the server does not support the required encryption',
      (url) => `${url}?sslmode=verify-full`,
      /SSL .*\?sslmode=disable/,
    ],
    ['with a missing certificate', (url) => `${url}?sslrootcert=/nowhere`, /\/nowhere.*Check DATABASE_URL\.$/],
    ['with a setting that PostgreSQL does not know', (url) => `${url}?options=-cno=1`, /"no".*Check DATABASE_URL\.$/],
    [
      'if the role has no right to create the schema',
      (url) => `${asClerk(url)}?schema=own`,
      /own is missing .* permission .* Create/,
    ],
  ])('%s', async (_, urlFrom, line) => {
    const error = await requireUsable(urlFrom(database.url)).catch((reason: Error) => reason);

    expect(String(error)).toMatch(line);
    expect(String(error)).not.toMatch(/\n|guess|postgresql:/);
  });

  test.each([
    [
      'default_transaction_read_only = on',
      /is read-only\. To allow writing, set default_transaction_read_only to off\./,
    ],
    ['session_replication_role = replica', /checks no foreign keys\. Set session_replication_role to origin\.$/],
    [
      'search_path = pg_catalog',
      /search_path .* names no usable schema\. Add \?schema=NAME to DATABASE_URL; Parley creates it\.$/,
    ],
    [
      'search_path = nowhere',
      /search_path .* names no usable schema\. Add \?schema=NAME to DATABASE_URL; Parley creates it\.$/,
    ],
  ])('if the database has %s', async (setting, line) => {
    const own = await emptyDatabase();
    await query(own.url, `ALTER DATABASE ${new URL(own.url).pathname.slice(1)} SET ${setting}`);

    await expect(requireUsable(own.url)).rejects.toThrow(line);

    await own.drop();
  });

  test.each(['LATIN1', 'SQL_ASCII'])('for a database with the encoding %s', async (encoding) => {
    const own = await databaseWith(`TEMPLATE template0 ENCODING '${encoding}' LOCALE_PROVIDER libc LOCALE 'C'`);

    await expect(requireUsable(own.url)).rejects.toThrow(
      new RegExp(`encoded as ${encoding}; Parley needs UTF8\\. Create`),
    );

    await own.drop();
  });

  test('for a role without the right to connect, or without a free connection', async () => {
    await query(database.url, `ALTER ROLE ${role} CONNECTION LIMIT 0`);
    await expect(requireUsable(asClerk())).rejects.toThrow(/too many connections .*\. Close connections .*\.$/);
    await query(database.url, `ALTER ROLE ${role} CONNECTION LIMIT -1; REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);

    await expect(requireUsable(asClerk())).rejects.toThrow(
      /permission denied for database.* GRANT CONNECT ON DATABASE/,
    );

    await query(database.url, `GRANT CONNECT ON DATABASE ${name} TO PUBLIC`);
  });
});

describe('a role without rights', () => {
  const start = async (url: string) => migrate(await requireUsable(url), 'prisma/migrations');
  const adviceOf = async (starting: Promise<unknown>) => {
    const error = String(await starting.catch((reason: Error) => reason));
    return /run: (GRANT .*;)$/.exec(error)?.[1] ?? `no advice: ${error}`;
  };

  test('can start after the owner has done what the line says', async () => {
    const mayNotMake = await adviceOf(start(asClerk()));
    await start(database.url);
    const mayNotRead = await adviceOf(start(asClerk()));
    await query(database.url, mayNotRead);

    expect(mayNotMake).toBe(`GRANT USAGE, CREATE ON SCHEMA "public" TO "${role}";`);
    expect(await start(asClerk())).toEqual([]);
    const clerk = new pg.Client(asClerk());
    await clerk.connect();
    await clerk.query('DELETE FROM "Room"').finally(() => clerk.end());
  });

  test('gets the names of the tables that it lacks rights for', async () => {
    await query(
      database.url,
      `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; REVOKE DELETE ON "Room" FROM ${role}`,
    );

    await expect(start(asClerk())).rejects.toThrow(/may not read and write these tables: Room\. Have their owner run/);
  });
});
