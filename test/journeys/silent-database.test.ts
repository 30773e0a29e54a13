import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { request } from '../support/http.ts';
import { Person, people } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** How long until a silent connection is detected; the slowest path waits for a connection first. */
const noticedMs = 20_000;

let database: TestDatabase;
let proxy: TcpProxy;
let server: TestServer;
let ada: Person;
let room: string;
beforeAll(async () => {
  database = await freshDatabase();
  proxy = await TcpProxy.to(Number(new URL(database.url).port));
  const through = new URL(database.url);
  through.port = String(proxy.port);
  server = await startServer({ databaseUrl: through.href, expectsFaults: true, databaseAnswerMs: 1500 });
  ({ ada } = await people(server.url, 'Ada'));
  room = await makeGroup(ada, 'Patient');
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await database.drop();
});

interface Ready {
  status: number;
  body: { detail: { database: string } };
}

async function readiness(): Promise<Ready> {
  return (await request(new URL('/readyz', server.url).href, {})) as unknown as Ready;
}

test(
  'a connection that falls silent under a message costs nobody else a thing, and the message arrives once',
  async () => {
    proxy.silenceOn('write messages');
    const first = say(ada, room, 'into the silence', { clientMessageId: 'first' });
    const grace = await Person.signIn(server.url, 'Grace');
    const other = await makeGroup(grace, 'Elsewhere');

    await say(grace, other, 'heard at once');

    await until(async () => (await readiness()).status === 200);
    expect(await first).toMatchObject({ text: 'into the silence', sequence: expect.any(Number) });
  },
  noticedMs,
);

test(
  'a connection that falls silent under a sign-in keeps no other from signing in',
  async () => {
    proxy.silenceOn('sessions');
    const query = { query: '{ viewer { language } }' };
    const authorization = { authorization: `Bearer ${ada.token}` };
    const ask = () => request(server.url, { method: 'POST', body: query, headers: authorization });

    const stuck = ask();
    const { body } = await ask();

    expect(body?.data).toBeTruthy();
    await stuck; // settles in any way
  },
  noticedMs,
);

test(
  'while no connection answers, the node says so in time, and serves again when they do',
  async () => {
    proxy.swallow();
    await until(async () => (await readiness()).status === 503);
    const { body } = await readiness();
    expect(body.detail.database).toMatch(/reads: no answer; writes: no answer; queries: no answer/);

    proxy.heal();

    await until(async () => (await readiness()).status === 200);
    await Person.signIn(server.url, 'Hedy');
    expect(await say(ada, room, 'again')).toMatchObject({ text: 'again' });
  },
  noticedMs,
);

test(
  'while all backends of PostgreSQL are frozen, the node soon serves over new ones',
  async () => {
    const sql = new pg.Client(database.url);
    await sql.connect();
    const { rows } = await sql.query(`SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'`);
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');

    await until(() =>
      Person.signIn(server.url, 'Katherine').then(
        () => true,
        () => false,
      ),
    );
    expect(await say(ada, room, 'through the frost')).toMatchObject({ text: 'through the frost' });
    await until(async () => (await readiness()).status === 200);

    for (const { pid } of rows) process.kill(pid, 'SIGCONT');
    await sql.end();
  },
  noticedMs,
);

test('a node is not ready while the database takes no writes', async () => {
  const sql = new pg.Client(database.url);
  await sql.connect();
  const name = new URL(database.url).pathname.slice(1);
  await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);

  await until(async () => (await readiness()).body.detail.database === 'writes: the database is read-only');

  await sql.query('SET default_transaction_read_only = off');
  await sql.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  await sql.end();
  await until(async () => (await readiness()).status === 200);
});

test('many simultaneous requests to /readyz cost the database next to nothing', async () => {
  server.statements.length = 0;

  const answers = await Promise.all(Array.from({ length: 200 }, readiness));

  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(server.statements.length).toBeLessThan(answers.length);
});

test(
  'a node can be closed while no connection answers',
  async () => {
    const other = await startServer({ databaseUrl: server.databaseUrl, expectsFaults: true, databaseAnswerMs: 1500 });
    proxy.swallow();

    const asked = request(other.url, { method: 'POST', body: { query: '{ rooms(first: 1) { nodes { id } } }' } });
    await Promise.all([other.close(), asked.catch(() => {})]);

    proxy.heal();
    await until(async () => (await readiness()).status === 200);
  },
  noticedMs,
);
