import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { BoundedPool } from '../../src/storage/bounded-pool.ts';
import { failureOf } from '../../src/storage/failures.ts';
import { openPool, type Pool } from '../../src/storage/pool.ts';
import { openPrisma } from '../../src/storage/prisma.ts';
import type { Statement } from '../../src/storage/transaction-query.ts';
import { freshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, { log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

test('statements use an index, even if the table is small when they are planned', async () => {
  await pool.query('one room', `INSERT INTO "Room" ("id", "kind") VALUES (gen_random_uuid(), 'GROUP')`, []);
  await pool.query('count', 'ANALYZE "Room"', []);
  const text = `EXPLAIN SELECT FROM "Room" WHERE "id" = '00000000-0000-0000-0000-000000000000'`;

  const read = await pool.query('plan of a read', text, []);
  const [written] = await pool.transaction([{ name: 'plan of a write', text, values: [] }]);

  expect(JSON.stringify(read)).toContain('Index');
  expect(JSON.stringify(written)).toContain('Index');
});

describe('a transaction', () => {
  const count: Statement = { name: 'count rooms', text: 'SELECT count(*)::int AS count FROM "Room"', values: [] };
  const add = (id: string): Statement => {
    return { name: 'add room', text: `INSERT INTO "Room" ("id", "kind") VALUES ($1, 'GROUP')`, values: [id] };
  };

  const counted = async () => Number((await pool.transaction([count]))[0]?.[0]?.count);

  test('returns the rows of each statement, and later statements see what earlier ones wrote', async () => {
    const before = await counted();

    const answers = await pool.transaction([count, add(randomUUID()), count]);

    expect(answers).toEqual([[{ count: before }], [], [{ count: before + 1 }]]);
  });

  test('changes nothing if a statement fails, and the next transaction succeeds', async () => {
    const id = randomUUID();
    const before = await counted();

    await expect(pool.transaction([add(id), add(id)])).rejects.toMatchObject({ code: '23505' });
    await expect(pool.transaction([count, { ...count, name: 'wrong', text: 'SELECT wrong' }])).rejects.toThrow('wrong');

    expect(await counted()).toBe(before);
  });

  test('keeps its connection when it fails, and prepares the skipped statements again', async () => {
    const pid = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid', values: [] };
    const divide = { name: 'divide', text: 'SELECT 1 / $1::int', values: [0] };
    const late = { name: 'late', text: 'SELECT 7 AS seven', values: [] };
    const [before] = await pool.transaction([pid]);

    await expect(pool.transaction([divide, late])).rejects.toMatchObject({ code: '22012' });
    await expect(pool.transaction([{ ...divide, values: [1] }, divide])).rejects.toMatchObject({ code: '22012' });

    expect(await pool.transaction([{ ...divide, values: [1] }, late, pid])).toMatchObject([
      [{}],
      [{ seven: 7 }],
      before,
    ]);
  });

  test('that waits for a lock sees what the earlier transaction has committed', async () => {
    const lock = { name: 'lock', text: 'SELECT pg_advisory_xact_lock(1)', values: [] };
    const sleep = { name: 'sleep', text: 'SELECT pg_sleep(0.05)', values: [] };
    const before = await counted();

    const first = pool.transaction([lock, sleep, add(randomUUID())]);
    const answers = await pool.transaction([lock, count]);
    await first;

    expect(answers[1]).toEqual([{ count: before + 1 }]);
  });

  test('rejects if its connection is lost', async () => {
    const end = { name: 'end', text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [] };

    const failure = await pool.transaction([count, end]).catch((error: unknown) => error);

    expect(failureOf(failure)).toBe('LOST');
  });

  test('rejects with an error of this program unchanged, and the next transaction succeeds', async () => {
    const toPostgres = () => {
      throw new TypeError('a bug');
    };
    const bug = { ...count, name: 'bug', values: [{ toPostgres }] };

    await expect(pool.transaction([bug])).rejects.toThrow(TypeError);

    expect(failureOf(new TypeError('a bug'))).toBe(null);
    expect(await counted()).toEqual(expect.any(Number));
  });
});

test('the log says in one short line that an idle connection was lost, and nothing once the pool closes', async () => {
  const logged: string[] = [];
  const log = pino({}, { write: (line) => void logged.push(line) });
  const pools = [
    new BoundedPool(database.url, { max: 1, acquireMs: 5000, log }),
    openPool(database.url, { log }),
  ] as const;
  const [observed, other] = pools;
  const client = await observed.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  client.release();

  await other.write('end one', 'SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await until(() => logged.length > 0);
  const closed = Promise.all([observed.end(), other.close()]);
  observed.emit('error', new Error('terminated while it closes'), new pg.Client() as pg.PoolClient);
  await closed;

  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('terminating connection due to administrator command');
  expect(logged[0]?.length).toBeLessThan(300);
});

test('a read that loses its connection is NOT_DONE, and a write is LOST', async () => {
  const prisma = openPrisma(database.url);
  const ofFailure = (work: Promise<unknown>) => work.then(() => 'none', failureOf);
  const end = 'SELECT pg_terminate_backend(pg_backend_pid())';

  expect(await ofFailure(pool.query('end of a read', end, []))).toBe('NOT_DONE');
  expect(await ofFailure(prisma.$queryRawUnsafe(end))).toBe('NOT_DONE');
  expect(await ofFailure(pool.write('end of a write', end, []))).toBe('LOST');
  const write = 'UPDATE "Room" SET "topic" = pg_terminate_backend(pg_backend_pid())::text';
  expect(await ofFailure(prisma.$executeRawUnsafe(write))).toBe('LOST');

  await prisma.$disconnect();
});

test('a statement is planned once, even for short arrays', async () => {
  const text = 'SELECT FROM "Room" WHERE "id" = ANY($1::uuid[])';
  for (let time = 0; time < 3; time += 1) await pool.transaction([{ name: 'planned once', text, values: [[]] }]);
  const plans = `SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = 'planned once'`;

  const [, rows] = await pool.transaction([
    { name: 'planned once', text, values: [[]] },
    { name: 'plans', text: plans, values: [] },
  ]);

  expect(rows).toMatchObject([{ custom_plans: '0' }]);
});

describe('queries at the same time on one connection', () => {
  const open = () => new BoundedPool(database.url, { max: 1, acquireMs: 1000 });

  test('wait for each other here, as node-postgres will not queue them any more', async () => {
    const own = open();
    const client = await own.connect();

    const answers = [1, 2, 3, 4].map((n) => client.query(`SELECT ${n === 2 ? 'wrong' : n} AS n`));
    const { _queryQueue: queued } = client as unknown as { _queryQueue: unknown[] };
    const settled = await Promise.allSettled(answers);
    client.release();
    await own.end();

    expect(queued).toHaveLength(0);
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value.rows : one.reason.code))).toEqual(
      [1, '42703', 3, 4].map((n) => (typeof n === 'number' ? [{ n }] : n)),
    );
  });

  test('all fail if the connection is lost', async () => {
    const own = open();
    own.on('error', () => {});
    const client = await own.connect();

    const answers = ['SELECT pg_terminate_backend(pg_backend_pid())', 'SELECT 1', 'SELECT 2'].map((sql) =>
      client.query(sql),
    );
    const settled = await Promise.allSettled([
      ...answers,
      Promise.allSettled(answers).then(() => client.query('SELECT 3')),
    ]);
    client.release(true);
    await own.end();

    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  });
});
