import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { openApp } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { emptyDatabase, freshDatabase } from './support/database.ts';
import { query } from './support/postgres-process.ts';
import { freePort } from './support/redis.ts';
import { jwtSecret } from './support/server.ts';
import { until } from './support/until.ts';

const log = pino({ level: 'silent' });

/** What the timers that run call, as text. */
let timers: Map<unknown, string>;
beforeEach(() => {
  timers = new Map();
  const { setInterval: repeat, setTimeout: start, clearInterval: clear } = globalThis;
  jest.spyOn(globalThis, 'setInterval').mockImplementation(((...args: Parameters<typeof repeat>) => {
    const timer = repeat(...args);
    timers.set(timer, String(args[0]));
    return timer;
  }) as typeof repeat);
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((
    call: (...args: unknown[]) => void,
    ms?: number,
    ...rest: unknown[]
  ) => {
    const fire = (...args: unknown[]) => {
      timers.delete(timer);
      call(...args);
    };
    const timer = start(fire, ms, ...rest);
    timers.set(timer, String(call));
    return timer;
  }) as typeof start);
  for (const name of ['clearInterval', 'clearTimeout'] as const) {
    jest.spyOn(globalThis, name).mockImplementation((timer) => {
      timers.delete(timer);
      clear(timer);
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

test('a server that has closed has no timers any more', async () => {
  const database = await freshDatabase();
  const app = await openApp({ ...readConfig({}), port: 0, databaseUrl: database.url, jwtSecret }, { log });
  expect(timers.size).toBeGreaterThan(5); // else this proves nothing

  await app.close();

  // A connection ends a moment after its pool.
  await until(() => timers.size === 0);
  await database.drop();
});

test('a server whose port is taken does not migrate its database', async () => {
  const database = await emptyDatabase();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;

  const opened = openApp({ ...readConfig({}), port, databaseUrl: database.url }, { log });

  await expect(opened).rejects.toThrow(`Cannot listen at 127.0.0.1:${port}`);
  expect(await query(database.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  taken.close();
  await database.drop();
});

test('a server whose port is taken while it starts closes all that it has opened', async () => {
  const database = await freshDatabase();
  const other = createServer();
  const port = await freePort();
  const takePort = () => other.listening || other.listen(port, '127.0.0.1');
  const client = new pg.Client(database.url);
  await client.connect();
  const others = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';

  const config = { ...readConfig({}), port, databaseUrl: database.url, jwtSecret };
  await expect(openApp(config, { log, onStatement: takePort })).rejects.toThrow(`Cannot listen at 127.0.0.1:${port}`);

  // A connection ends a moment after its pool.
  await until(() => timers.size === 0);
  await until(async () => (await client.query(others)).rowCount === 0);
  await client.end();
  other.close();
  await database.drop();
});
