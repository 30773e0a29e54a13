import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Cluster, foldersIn, openCluster, readPassword, type Settings, userName } from './embedded/cluster.ts';
import { readLockFile, vacate } from './embedded/holder.ts';
import { lastError, logFromCluster, logLength, rotateLog } from './embedded/log.ts';
import { runWatched, type WatchedProcess } from './embedded/watched-process.ts';

/** A running PostgreSQL of our own. */
export type EmbeddedPostgres = {
  /** The connection string of its one user and database; the same until `close`. PGSSLMODE does not apply to it. */
  url: string;
  /** Whether the data folder was made by this start. */
  isNew: boolean;
  /** Stops it and resolves once it has ended. Connections still open are cut. */
  close(): Promise<void>;
};

const settingsOf: Record<Settings, string[]> = {
  durable: [],
  test: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
};

// A killed server's processes take a moment to notice and to let go of its memory; a port can be taken meanwhile.
const passingFailure = /lock file|shared memory block|could not create any TCP\/IP sockets|could not bind/;
const passingFailureMs = 10_000;
const pollMs = 10;
const restartPauseMs = 1_000;

/**
 * Starts the PostgreSQL that came with the npm packages, on a free port of this machine alone, with its data in
 * `<dataDir>/postgres` (made first where there is none). It ends with this process, however this one ends, and is
 * started again if it ends before. About 1 s with a new folder, 0.1 s with an old one; longer after a crash in
 * which much had been written. Rejects with one line that says what to do.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  settings?: Settings;
  logger?: Logger;
}): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') throw new Error('The embedded PostgreSQL needs Linux or macOS. Set DATABASE_URL.');
  const settings = options.settings ?? 'durable';
  const dataDir = resolve(options.dataDir);
  const cluster = await openCluster(dataDir, settings).catch((error) => explain(error, dataDir));
  await vacate(cluster.folder, cluster.account);
  await rotateLog(cluster.home);
  const closing = new AbortController();
  const start = (port?: number) => launch(cluster, settings, closing.signal, port);
  const first = await start();
  const supervised = supervise(first, start, closing.signal, options.logger);
  return {
    url: urlOf(cluster.password, first.port),
    isNew: cluster.isNew,
    close() {
      closing.abort();
      return supervised;
    },
  };
}

/** Returns the connection string of the PostgreSQL that runs on `dataDir` for another process; null if none does. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const { home, folder } = foldersIn(resolve(dataDir));
  const lock = await readLockFile(folder);
  return lock?.status === 'ready' ? urlOf(await readPassword(home), lock.port) : null;
}

function urlOf(password: string, port: string | number): string {
  return `postgresql://${userName}:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}

function explain(error: NodeJS.ErrnoException, dataDir: string): never {
  if (!error.path) throw error; // it says what to do already
  throw new Error(`The data folder ${dataDir} is unusable: ${error.message}. Mend that or choose another DATA_DIR.`, {
    cause: error,
  });
}

type Server = { port: number; run: WatchedProcess };

/** Keeps a server running on the same port until `closing`; resolves when the last one has ended. */
async function supervise(
  first: Server,
  start: (port: number) => Promise<Server>,
  closing: AbortSignal,
  logger?: Logger,
): Promise<void> {
  for (let server: Server | null = first; server; ) {
    await exitOf(server.run, closing);
    if (closing.aborted) return;
    logger?.error('the embedded PostgreSQL ended unexpectedly; starting it again');
    server = await restart(() => start(first.port), closing, logger);
  }
}

async function restart(start: () => Promise<Server>, closing: AbortSignal, logger?: Logger): Promise<Server | null> {
  while (!closing.aborted) {
    try {
      return await start();
    } catch (error) {
      if (closing.aborted) return null;
      logger?.error({ err: error }, 'the embedded PostgreSQL did not start again; trying once more');
      await delay(restartPauseMs, null, { signal: closing }).catch(() => {});
    }
  }
  return null;
}

/** Waits for the end, and brings it about once `closing`. */
async function exitOf(run: WatchedProcess, closing: AbortSignal): Promise<void> {
  const stop = () => run.stop();
  if (closing.aborted) stop();
  closing.addEventListener('abort', stop);
  await run.exited.finally(() => closing.removeEventListener('abort', stop));
}

async function launch(cluster: Cluster, settings: Settings, closing: AbortSignal, port?: number): Promise<Server> {
  const startedAt = Date.now();
  for (;;) {
    await vacate(cluster.folder, cluster.account);
    const logStart = await logLength(cluster.home);
    const server = spawnServer(cluster, settings, port ?? (await freePort()));
    if (await isReady(cluster, server, closing)) return server;
    const reason = await lastError(cluster.home, logStart);
    const mayPass = passingFailure.test(reason) && Date.now() - startedAt < passingFailureMs;
    if (closing.aborted || !mayPass) {
      throw new Error(`PostgreSQL did not start: ${reason} (its log: ${join(cluster.home, 'server.log')})`);
    }
    await delay(pollMs);
  }
}

// Whatever the machine, `initdb` or a postgresql.conf that somebody edited say: times are UTC, and the log is in the
// language that `lastError` reads.
const ownSettings = ['timezone=UTC', 'log_timezone=UTC', 'lc_messages=C'];

function spawnServer(cluster: Cluster, settings: Settings, port: number): Server {
  const network = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const run = runWatched({
    command: join(cluster.binaries.folder, 'postgres'),
    args: [
      '-D',
      cluster.ownName,
      ...[...network, ...ownSettings, ...settingsOf[settings]].flatMap((setting) => ['-c', setting]),
    ],
    cwd: cluster.folder,
    log: logFromCluster,
    account: cluster.account,
  });
  return { port, run };
}

/** Whether the server takes connections; false if it ended instead. Recovery after a crash may take as long as it takes. */
async function isReady(cluster: Cluster, { port, run }: Server, closing: AbortSignal): Promise<boolean> {
  while (!run.hasExited()) {
    const lock = await readLockFile(cluster.folder);
    if (lock?.port === String(port) && lock.status === 'ready') return true;
    if (closing.aborted) run.stop();
    await Promise.race([run.exited, delay(pollMs)]);
  }
  return false;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}
