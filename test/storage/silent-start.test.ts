import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { migrate } from '../../src/storage/migrate.ts';
import { requireUsable } from '../../src/storage/usable.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';
import { TcpProxy } from '../support/proxy.ts';

/** How long the database is waited for; seconds in production. */
const answerMs = 500;

let database: TestDatabase;
let proxy: TcpProxy;
let url: string;
beforeEach(async () => {
  database = await emptyDatabase();
  proxy = await TcpProxy.to(Number(new URL(database.url).port));
  url = Object.assign(new URL(database.url), { port: String(proxy.port) }).href;
});
afterEach(async () => {
  await proxy.close();
  await database.drop();
});

test('a database that accepts connections and never answers is reported in one line', async () => {
  proxy.swallow();

  await expect(requireUsable(url, answerMs)).rejects.toThrow(/^Cannot reach the database: .+\.$/);
  await expect(migrate(url, '/nowhere', answerMs)).rejects.toThrow(/^Cannot reach the database: .+\.$/);
});

test('a database that stops answering after the connection is reported in one line', async () => {
  proxy.silenceOn('server_version');
  await expect(requireUsable(url, answerMs)).rejects.toThrow('PostgreSQL did not answer within 500 ms');

  proxy.silenceOn('pg_try_advisory_lock');
  await expect(migrate(url, '/nowhere', answerMs)).rejects.toThrow(
    'The database does not answer. Check that it works.',
  );
}, 40_000);
