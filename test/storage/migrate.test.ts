import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../src/storage/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await emptyDatabase();
  directory = await mkdtemp(join(tmpdir(), 'parley-migrate-'));
  await write('1_room', 'CREATE TABLE room (id int)');
  await write('2_topic', 'ALTER TABLE room ADD topic text');
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'migration.sql'), sql);
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  return (await client.query(sql).finally(() => client.end())).rows;
}

const history = () => query('SELECT migration_name, finished_at, logs FROM _prisma_migrations ORDER BY started_at');

test('migrations are applied once, in the order of their names', async () => {
  expect(await migrate(database.url, directory)).toEqual(['1_room', '2_topic']);

  expect(await migrate(database.url, directory)).toEqual([]);
  expect(await query('SELECT id, topic FROM room')).toEqual([]);
});

test('a new migration is applied to a database that has the others', async () => {
  await migrate(database.url, directory);

  await write('3_index', 'CREATE INDEX CONCURRENTLY room_topic ON room (topic)');

  expect(await migrate(database.url, directory)).toEqual(['3_index']);
});

test('an index that a killed process has left unfinished is built again', async () => {
  await migrate(database.url, directory);
  await query('CREATE INDEX room_topic ON room (id)');

  await write('3_index', 'CREATE INDEX CONCURRENTLY room_topic ON room (topic)');

  expect(await migrate(database.url, directory)).toEqual(['3_index']);
  expect(await query("SELECT indexdef FROM pg_indexes WHERE indexname = 'room_topic'")).toMatchObject([
    { indexdef: expect.stringContaining('(topic)') },
  ]);
});

test('if four processes start at once, one applies and the others find nothing to do', async () => {
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, directory)));

  expect(applied.flat()).toEqual(['1_room', '2_topic']);
  expect(await history()).toHaveLength(2);
});

test('a migration that was edited after it was applied is refused', async () => {
  await migrate(database.url, directory);

  await write('1_room', 'CREATE TABLE room (id bigint)');

  await expect(migrate(database.url, directory)).rejects.toThrow(/1_room is applied .* edited since: restore its file/);
});

test('a migration that sorts before an applied one is refused and not applied', async () => {
  await migrate(database.url, directory);

  await write('1_tea', 'CREATE TABLE tea (id int)');

  await expect(migrate(database.url, directory)).rejects.toThrow(/1_tea is not applied, and the later 2_topic is/);
  await expect(query('SELECT * FROM tea')).rejects.toThrow(/does not exist/);
});

test('a database that is ahead of the directory is refused', async () => {
  await migrate(database.url, directory);

  await rm(join(directory, '2_topic'), { recursive: true });

  await expect(migrate(database.url, directory)).rejects.toThrow(/2_topic .* this Parley is older than its database/);
});

test('a failed migration leaves nothing but its record', async () => {
  await write('2_topic', 'ALTER TABLE room ADD topic text; SELECT 1 / 0');

  await expect(migrate(database.url, directory)).rejects.toThrow(/2_topic failed .* division by zero/);

  expect(await query('SELECT * FROM room')).toEqual([]);
  await expect(query('SELECT topic FROM room')).rejects.toThrow(/does not exist/);
  expect((await history())[1]).toMatchObject({ finished_at: null, logs: 'division by zero' });
});

test('after a failure nothing is applied until an operator does what the error says', async () => {
  await write('2_topic', 'SELECT 1 / 0');
  await expect(migrate(database.url, directory)).rejects.toThrow(/failed/);
  await write('2_topic', 'ALTER TABLE room ADD topic text');

  const error = await migrate(database.url, directory).catch((reason: Error) => reason);
  const advice = /run (DELETE .*;)/.exec(String(error))?.[1];
  await query(advice ?? 'the error gives no advice');

  expect(await migrate(database.url, directory)).toEqual(['2_topic']);
});

test('an unreachable database is reported in one line', async () => {
  const closedPort = 'postgresql://user:secret@localhost:1/parley';

  await expect(migrate(closedPort, directory)).rejects.toThrow(
    /^Cannot reach the database: .*ECONNREFUSED.*DATABASE_URL\.$/,
  );
});
