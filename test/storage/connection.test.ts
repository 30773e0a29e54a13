import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { connectionTo, withSchema } from '../../src/storage/connection.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/postgres-process.ts';

/** The opposite of everything that results depend on. */
const unusual = {
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  intervalstyle: 'iso_8601',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  exit_on_error: 'on',
  idle_session_timeout: '1h',
  client_encoding: 'LATIN1',
  statement_timeout: '1h',
  lock_timeout: '1h',
  idle_in_transaction_session_timeout: '1h',
  search_path: 'pg_catalog',
};

let database: TestDatabase;

beforeAll(async () => {
  database = await emptyDatabase();
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(unusual)) {
    await query(database.url, `ALTER DATABASE ${name} SET ${setting} = '${value}'`);
  }
});
afterAll(() => database.drop());

async function settingsOf(config: pg.ClientConfig): Promise<Record<string, string>> {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client
    .query('SELECT lower(name) AS name, setting FROM pg_settings')
    .finally(() => client.end());
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

test('nothing that results depend on is inherited from the database', async () => {
  const url = withSchema(database.url, 'public');

  const inherited = await settingsOf({ connectionString: database.url });
  const pinned = await settingsOf(connectionTo(url));

  const names = Object.keys(unusual).filter((name) => name !== 'client_encoding'); // node-postgres pins that itself
  expect(names.filter((name) => inherited[name] === pinned[name])).toEqual([]);
  expect(pinned).toMatchObject({ timezone: 'UTC', client_encoding: 'UTF8', search_path: '"public"' });
});

describe('a URL', () => {
  test('cannot set what results depend on, but may set other things', async () => {
    const options = encodeURIComponent('-c timezone=Asia/Kolkata -c enable_hashjoin=off');

    const settings = await settingsOf(connectionTo(`${database.url}?options=${options}&application_name=chat`));

    expect(settings).toMatchObject({ timezone: 'UTC', enable_hashjoin: 'off', application_name: 'chat' });
  });

  test.each([
    'pgbouncer=true&connection_limit=5&pool_timeout=10&connect_timeout=5',
    'max=1&statement_timeout=1&lock_timeout=1&query_timeout=1&client_encoding=latin1&binary=true&replication=database',
    'sslmode=disable',
    'ssl=false',
    'channel_binding=prefer&target_session_attrs=read-write',
  ])('with ?%s connects as one without', async (parameters) => {
    const settings = await settingsOf(connectionTo(`${database.url}?${parameters}`));

    expect(settings).toEqual(await settingsOf(connectionTo(database.url)));
  });

  test('may name host, user and password as parameters', () => {
    const config = connectionTo('postgresql:///chat?host=/run/postgresql&port=5433&user=ada&password=s%20cret');

    expect(config).toMatchObject({
      host: '/run/postgresql',
      port: 5433,
      user: 'ada',
      password: 's cret',
      database: 'chat',
    });
  });

  test('names a schema, whatever characters that has', async () => {
    await query(database.url, `CREATE SCHEMA "My ""own"" \\ schéma"`);

    const url = withSchema(`${database.url}?application_name=chat`, 'My "own" \\ schéma');
    const client = new pg.Client(connectionTo(url));
    await client.connect();
    const { rows } = await client.query('SELECT current_schema()').finally(() => client.end());

    expect(rows).toEqual([{ current_schema: 'My "own" \\ schéma' }]);
  });
});

test('what a pool asks for comes before the URL’s options', async () => {
  const url = `${database.url}?options=${encodeURIComponent('-c statement_timeout=5')}`;

  const settings = await settingsOf(connectionTo(url, { settings: { statement_timeout: 7000 } }));

  expect(settings).toMatchObject({ statement_timeout: '7000', lock_timeout: '0' });
});
