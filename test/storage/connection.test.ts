import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { connectionTo, withSchema } from '../../src/storage/connection.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';
import { setUnusual, unusualSettings } from '../support/unusual-settings.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await emptyDatabase();
  const admin = await emptyDatabase();
  for (const change of setUnusual(`DATABASE ${new URL(database.url).pathname.slice(1)}`))
    await query(admin.url, change);
  await admin.drop();
});
afterAll(() => database.drop());

/** node-postgres sets the encoding, and the pool sets how statements are planned. */
const isNotPinned = /^client_encoding$|^enable_/;

async function settingsOf(config: pg.ClientConfig): Promise<Record<string, string>> {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client
    .query('SELECT lower(name) AS name, setting FROM pg_settings')
    .finally(() => client.end());
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

test('a connection inherits no setting from the database that results depend on', async () => {
  const url = withSchema(database.url, 'public');

  const inherited = await settingsOf({ connectionString: database.url, statement_timeout: 60_000 });
  const pinned = await settingsOf(connectionTo(url));

  const names = Object.keys(unusualSettings).filter((name) => !isNotPinned.test(name));
  expect(names.filter((name) => inherited[name] === pinned[name])).toEqual([]);
  expect(pinned).toMatchObject({ timezone: 'UTC', client_encoding: 'UTF8', search_path: '"public"' });
});

describe('a URL', () => {
  test('cannot change settings that results depend on, but can change others', async () => {
    const options = encodeURIComponent('-c timezone=Asia/Kolkata -c enable_hashjoin=off');

    const settings = await settingsOf(connectionTo(`${database.url}?options=${options}&application_name=chat`));

    expect(settings).toMatchObject({ timezone: 'UTC', enable_hashjoin: 'off', application_name: 'chat' });
  });

  test.each([
    'pgbouncer=true&connection_limit=5&pool_timeout=10&connect_timeout=5',
    'max=1&statement_timeout=1&lock_timeout=1&query_timeout=1&client_encoding=latin1&binary=true&replication=database',
    'sslmode=disable',
    'ssl=false',
    'sslmode=disable&uselibpqcompat=true',
    'uselibpqcompat=false&uselibpqcompat=true',
    'channel_binding=prefer&target_session_attrs=read-write',
  ])('with ?%s connects like a URL without', async (parameters) => {
    const settings = await settingsOf(connectionTo(`${database.url}?${parameters}`));

    expect(settings).toEqual(await settingsOf(connectionTo(database.url)));
  });

  test('can name host, user and password as parameters', () => {
    const config = connectionTo('postgresql:///chat?host=/run/postgresql&port=5433&user=ada&password=s%20cret');

    expect(config).toMatchObject({
      host: '/run/postgresql',
      port: 5433,
      user: 'ada',
      password: 's cret',
      database: 'chat',
    });
  });

  test('can name a schema with any characters', async () => {
    const before = new pg.Client(connectionTo(database.url));
    await before.connect();
    await before.query(`CREATE SCHEMA "My ""own"" \\ schéma"`).finally(() => before.end());

    const url = withSchema(`${database.url}?application_name=chat`, 'My "own" \\ schéma');
    const client = new pg.Client(connectionTo(url));
    await client.connect();
    const { rows } = await client.query('SELECT current_schema()').finally(() => client.end());

    expect(rows).toEqual([{ current_schema: 'My "own" \\ schéma' }]);
  });
});

test('the settings of a pool override the options of the URL', async () => {
  const url = `${database.url}?options=${encodeURIComponent('-c statement_timeout=5')}`;

  const settings = await settingsOf(connectionTo(url, { settings: { statement_timeout: 7000 } }));

  expect(settings).toMatchObject({ statement_timeout: '7000', lock_timeout: '0' });
});
