import { execFileSync } from 'node:child_process';
import { appendFile, chmod, chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedPostgres } from '../../../src/storage/embedded/start.ts';
import { isRunning, parentOf, query, serverPid, startNode } from '../../support/postgres-process.ts';
import { until } from '../../support/until.ts';

const isRoot = process.geteuid?.() === 0;
const asRoot = (name: string, run: () => Promise<void>) =>
  isRoot ? test(name, run) : test.skip(`${name} (needs root)`, run);
const createNotes = 'CREATE TABLE note AS SELECT 1 AS id';
const readNotes = 'SELECT id FROM note';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parley-embedded-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 100 }); // a killed initdb may not have ended yet
});

const start = (folder = dataDir) => startEmbeddedPostgres({ dataDir: folder, settings: 'test' });

describe('a start', () => {
  test('creates a database, and the next start opens it with its rows', async () => {
    const first = await start();
    await query(first.url, createNotes);
    await first.close();

    const second = await start();

    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(await query(second.url, readNotes)).toEqual([{ id: 1 }]);
    await second.close();
    await expect(query(second.url, readNotes)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('creates a database that knows upper and lower case of all letters', async () => {
    const postgres = await start();

    const [row] = await query(postgres.url, "SELECT lower('ÄÇŽЖΩ') AS lower, 'Ørsted' ILIKE 'øRS%' AS matches");

    expect(row).toEqual({ lower: 'äçžжω', matches: true });
    await postgres.close();
  });

  test('uses UTC even if postgresql.conf names another time zone', async () => {
    await (await start()).close();
    const zone = "timezone = 'Asia/Kolkata'\nlog_timezone = 'Asia/Kolkata'\n";
    await appendFile(join(dataDir, 'postgres/cluster/postgresql.conf'), zone);

    const postgres = await start();

    const settings = "SELECT current_setting('timezone') AS zone, current_setting('log_timezone') AS log_zone";
    expect(await query(postgres.url, settings)).toEqual([{ zone: 'UTC', log_zone: 'UTC' }]);
    await postgres.close();
  });

  test('lets only the owner read the folder and its password', async () => {
    await (await start()).close();

    const modes = await Promise.all(
      ['postgres', 'postgres/cluster', 'postgres/password', 'postgres/server.log'].map(
        async (path) => (await stat(join(dataDir, path))).mode & 0o077,
      ),
    );

    expect(modes).toEqual([0, 0, 0, 0]);
  });

  test('does not disturb a server on another folder', async () => {
    const other = join(dataDir, 'other');
    const [one, two] = await Promise.all([start(), start(other)]);

    await query(one.url, createNotes);

    await expect(query(two.url, readNotes)).rejects.toThrow(/does not exist/);
    await Promise.all([one.close(), two.close()]);
  });

  test.each([
    ['/dev/null/data', 'ENOTDIR'],
    ['/proc/data', 'E'], // ENOENT on Linux; a recursive mkdir hangs there
  ])('fails with one line if the folder %s cannot be created', async (folder, code) => {
    await expect(start(folder)).rejects.toThrow(
      new RegExp(`^The data folder ${folder} is unusable: ${code}.* choose another folder\\.$`),
    );
  });

  test('fails on a folder that another process is using', async () => {
    const first = await start();

    await expect(start()).rejects.toThrow(/^Another process is using .* choose another folder\.$/);

    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.close();
  });
});

describe('after kill -9', () => {
  let created: string;
  beforeAll(async () => {
    created = await mkdtemp(join(tmpdir(), 'parley-embedded-'));
    await (await start(created)).close();
  });
  afterAll(() => rm(created, { recursive: true }));
  /** Copies a database into the folder, with the owner of each file: a third of the work of creating one. */
  const copyDatabase = () => execFileSync('cp', ['-a', `${created}/.`, dataDir]);

  test('of node with its process group, the server ends and the next start has the rows', async () => {
    copyDatabase();
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    const pid = await serverPid(dataDir);

    await node.kill();

    await until(async () => !(await isRunning(pid)));
    const next = await start();
    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of node, an immediate start waits until the old server has ended', async () => {
    copyDatabase();
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    await node.kill();

    const next = await start();

    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of node during the first start, the next start creates the database', async () => {
    const node = startNode(dataDir);
    const isPreparing = async () => (await readdir(dataDir)).some((name) => name.startsWith('postgres.new-'));
    await until(isPreparing);
    await node.kill();

    const next = await start();

    expect(next.isNew).toBe(true);
    await next.close();
  });

  test('of node and its watcher, the next start stops the orphaned server and runs a new one', async () => {
    copyDatabase();
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    const orphan = await serverPid(dataDir);
    process.kill(await parentOf(orphan), 'SIGKILL');
    await node.kill();
    expect(await isRunning(orphan)).toBe(true); // else this proves nothing

    const next = await start();

    expect(await isRunning(orphan)).toBe(false);
    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of all processes, the stale lock file does not prevent the next start', async () => {
    copyDatabase();
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    const server = await serverPid(dataDir);
    for (const pid of [await parentOf(server), server]) process.kill(pid, 'SIGKILL');
    await node.kill();
    expect(await serverPid(dataDir)).toBe(server); // else this proves nothing

    const next = await start();

    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of PostgreSQL alone, it is restarted on the same port with the committed rows', async () => {
    copyDatabase();
    const postgres = await startEmbeddedPostgres({ dataDir });
    await query(postgres.url, createNotes);
    const answers = () => query(postgres.url, readNotes).catch(() => []);
    const killed = await serverPid(dataDir);

    process.kill(killed, 'SIGKILL');

    await until(async () => !(await isRunning(killed)));
    await until(async () => (await answers()).length > 0);
    expect(await answers()).toEqual([{ id: 1 }]);
    await postgres.close();
  });
});

describe('the user', () => {
  asRoot('root can keep the data in a home that other users cannot enter', async () => {
    const home = await mkdtemp(join(homedir(), '.parley-embedded-'));
    await chmod(home, 0o700);
    const folder = join(home, 'data');

    const postgres = await start(folder);

    expect((await stat(join(folder, 'postgres'))).uid).not.toBe(0);
    expect(await query(postgres.url, "SELECT pg_reload_conf() AS done, 'x' AS x")).toEqual([{ done: true, x: 'x' }]);
    await postgres.close();
    await rm(home, { recursive: true });
  });

  asRoot('an ordinary user can start it, and root afterwards', async () => {
    const account = { uid: 65_534, gid: 65_534 };
    await chown(dataDir, account.uid, account.gid);
    const node = startNode(dataDir, account);
    await query((await node.outcome).url, createNotes);
    await node.kill();

    const postgres = await start();

    expect(await query(postgres.url, readNotes)).toEqual([{ id: 1 }]);
    expect((await stat(join(dataDir, 'postgres/cluster/postmaster.pid'))).uid).toBe(account.uid);
    await postgres.close();
  });
});
