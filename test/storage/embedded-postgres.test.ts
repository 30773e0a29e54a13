import { appendFile, chmod, chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedPostgres } from '../../src/storage/embedded-postgres.ts';
import { isRunning, parentOf, query, serverPid, startNode } from '../support/postgres-process.ts';
import { until } from '../support/until.ts';

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
  await rm(dataDir, { recursive: true, force: true });
});

const start = (folder = dataDir) => startEmbeddedPostgres({ dataDir: folder, settings: 'test' });

describe('a start', () => {
  test('makes a database that the next start finds with its rows', async () => {
    const first = await start();
    await query(first.url, createNotes);
    await first.close();

    const second = await start();

    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(await query(second.url, readNotes)).toEqual([{ id: 1 }]);
    await second.close();
    await expect(query(second.url, readNotes)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('gives a database that knows the case of letters beyond English ones', async () => {
    const postgres = await start();

    const [row] = await query(postgres.url, "SELECT lower('ÄÇŽЖΩ') AS lower, 'Ørsted' ILIKE 'øRS%' AS matches");

    expect(row).toEqual({ lower: 'äçžжω', matches: true });
    await postgres.close();
  });

  test('keeps time in UTC, also on a folder that was set up elsewhere', async () => {
    await (await start()).close();
    const zone = "timezone = 'Asia/Kolkata'\nlog_timezone = 'Asia/Kolkata'\n";
    await appendFile(join(dataDir, 'postgres/cluster/postgresql.conf'), zone);

    const postgres = await start();

    const settings = "SELECT current_setting('timezone') AS zone, current_setting('log_timezone') AS log_zone";
    expect(await query(postgres.url, settings)).toEqual([{ zone: 'UTC', log_zone: 'UTC' }]);
    await postgres.close();
  });

  test('keeps the folder and its password to their owner', async () => {
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

  test('is refused in one line where the folder cannot be made', async () => {
    await expect(start('/dev/null/data')).rejects.toThrow(
      /^The data folder \/dev\/null\/data is unusable: ENOTDIR.*DATA_DIR\.$/,
    );
  });

  test('is refused on a folder that another process is using', async () => {
    const first = await start();

    await expect(start()).rejects.toThrow(/^Another Parley is using .*DATABASE_URL\.$/);

    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.close();
  });
});

describe('after kill -9', () => {
  test('of node with its process group, the server ends and the next start has the rows', async () => {
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    const pid = await serverPid(dataDir);

    await node.kill();

    await until(async () => !(await isRunning(pid)));
    const next = await start();
    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of node, a start at once waits for the old server to end', async () => {
    const node = startNode(dataDir);
    await query((await node.outcome).url, createNotes);
    await node.kill();

    const next = await start();

    expect(await query(next.url, readNotes)).toEqual([{ id: 1 }]);
    await next.close();
  });

  test('of node during the very first start, the next one starts afresh', async () => {
    const node = startNode(dataDir);
    const isPreparing = async () => (await readdir(dataDir)).some((name) => name.startsWith('postgres.new-'));
    await until(isPreparing);
    await node.kill();

    const next = await start();

    expect(next.isNew).toBe(true);
    await next.close();
  });

  test('of node and its watcher, the server that was left alone is stopped and followed by a new one', async () => {
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

  test('of everything, the lock that was left behind does not hinder the next start', async () => {
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

  test('of PostgreSQL alone, it comes back by itself at the same address, with what was committed', async () => {
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

describe('whoever starts it', () => {
  asRoot('root may keep the data in a home that others cannot enter', async () => {
    const home = await mkdtemp(join(homedir(), '.parley-embedded-'));
    await chmod(home, 0o700);
    const folder = join(home, 'data');

    const postgres = await start(folder);

    expect((await stat(join(folder, 'postgres'))).uid).not.toBe(0);
    expect(await query(postgres.url, "SELECT pg_reload_conf() AS done, 'x' AS x")).toEqual([{ done: true, x: 'x' }]);
    await postgres.close();
    await rm(home, { recursive: true });
  });

  asRoot('an ordinary user may start it, and root after them', async () => {
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
