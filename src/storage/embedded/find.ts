import { resolve } from 'node:path';
import { foldersIn, readPassword } from './cluster.ts';
import { readLockFile } from './lock-file.ts';
import { connectionUrl } from './url.ts';

/** Returns the connection string of the server that another process runs on `dataDir`; null if there is none. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const { home, folder } = foldersIn(resolve(dataDir));
  const lock = await readLockFile(folder);
  return lock?.status === 'ready' ? connectionUrl(await readPassword(home), lock.port) : null;
}
