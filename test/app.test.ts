import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { openApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { freshDatabase } from './support/database.ts';
import { jwtSecret } from './support/server.ts';
import { until } from './support/until.ts';

test('a server that cannot listen closes the connections that it has opened', async () => {
  const database = await freshDatabase();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const client = new pg.Client(database.url);
  await client.connect();
  const others = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

  const config = { ...readConfig({}), port, databaseUrl: database.url, jwtSecret };
  await expect(openApp(config, { log: pino({ level: 'silent' }) })).rejects.toThrow(
    `Cannot listen at 127.0.0.1:${port}`,
  );

  await until(async () => (await client.query(others)).rowCount === 0);
  await client.end();
  taken.close();
  await database.drop();
});
