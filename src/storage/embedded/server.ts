import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Settings } from './cluster.ts';
import { freePort } from './free-port.ts';
import { readLockFile } from './lock-file.ts';
import { lastError, logFromCluster, logLength } from './log.ts';
import { vacate } from './vacate.ts';
import { runWatched, type WatchedProcess } from './watched-process.ts';

export interface Server {
  port: number;
  process: WatchedProcess;
}

interface LaunchOptions {
  settings: Settings;
  /** When aborted, ends the start. */
  closing: AbortSignal;
  /** A free one unless given. */
  port?: number;
}

// The processes of a killed server need a moment to release its memory, and another program can take the port meanwhile.
const temporaryFailure = /lock file|shared memory block|could not create any TCP\/IP sockets|could not bind/;
const retryForMs = 10_000;
const pollMs = 10;

/** Starts a server and resolves when it accepts connections. Retries temporary failures for 10 s. */
export async function launchServer(cluster: Cluster, { settings, closing, port }: LaunchOptions): Promise<Server> {
  const startedAt = performance.now();
  for (;;) {
    await vacate(cluster.folder, cluster.account);
    const logStart = await logLength(cluster.home);
    const server = spawnServer(cluster, settings, port ?? (await freePort()));
    if (await isReady(cluster, server, closing)) return server;
    const reason = await lastError(cluster.home, logStart);
    const isTemporary = temporaryFailure.test(reason) && performance.now() - startedAt < retryForMs;
    if (closing.aborted || !isTemporary) {
      throw new Error(`PostgreSQL did not start: ${reason} (its log: ${join(cluster.home, 'server.log')})`);
    }
    await delay(pollMs);
  }
}

const settingsOf: Record<Settings, string[]> = {
  durable: [],
  test: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
};

// These override the settings of the machine, of `initdb` and of an edited postgresql.conf: times are UTC, and the log is
// in the language that `lastError` reads.
const pinnedSettings = ['timezone=UTC', 'log_timezone=UTC', 'lc_messages=C'];

function spawnServer(cluster: Cluster, settings: Settings, port: number): Server {
  const network = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const options = [...network, ...pinnedSettings, ...settingsOf[settings]].flatMap((setting) => ['-c', setting]);
  const process = runWatched({
    command: join(cluster.binaries.folder, 'postgres'),
    args: ['-D', cluster.ownName, ...options],
    cwd: cluster.folder,
    log: logFromCluster,
    account: cluster.account,
  });
  return { port, process };
}

/** Resolves to whether the server accepts connections; false if it ended. There is no deadline: recovery can take long. */
async function isReady(cluster: Cluster, { port, process }: Server, closing: AbortSignal): Promise<boolean> {
  while (!process.hasExited()) {
    const lock = await readLockFile(cluster.folder);
    if (lock?.port === String(port) && lock.status === 'ready') return true;
    if (closing.aborted) process.stop();
    await Promise.race([process.exited, delay(pollMs)]);
  }
  return false;
}
