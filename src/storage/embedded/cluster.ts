import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, chooseAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { createCluster, removeOldDrafts } from './create-cluster.ts';
import { exists } from './exists.ts';
import { makeFolder } from './make-folder.ts';
import { workingName } from './working-name.ts';

/**
 * `durable` loses no committed transaction, even in a power cut. `test` is faster, and a power cut can destroy
 * everything.
 */
export type Settings = 'durable' | 'test';

/** A folder that `initdb` prepared, and what the server needs to run there. */
export interface Cluster {
  /** Holds `cluster`, `password` and `server.log`. */
  home: string;
  folder: string;
  /** The name by which PostgreSQL opens the folder. */
  ownName: string;
  password: string;
  isNew: boolean;
  account: Account;
  binaries: Binaries;
}

/** Opens the cluster in `<dataDir>/postgres` and creates it if it is missing. Concurrent callers get the same cluster. */
export async function openCluster(dataDir: string, settings: Settings): Promise<Cluster> {
  const { home, folder } = foldersIn(dataDir);
  await makeFolder(dataDir);
  await removeOldDrafts(dataDir);
  const account = await chooseAccount(home);
  const binaries = await findBinaries(account);
  const isNew = !(await exists(folder));
  if (isNew) await createCluster({ dataDir, home, account, programs: binaries.folder, sync: settings === 'durable' });
  await requireVersion(folder, binaries.major);
  const password = await readPassword(home);
  return { home, folder, ownName: workingName(folder, account), password, isNew, account, binaries };
}

/** Returns where the cluster of `dataDir` is. */
export function foldersIn(dataDir: string): Pick<Cluster, 'home' | 'folder'> {
  const home = join(dataDir, 'postgres');
  return { home, folder: join(home, 'cluster') };
}

/** Reads the password of the only user. */
export const readPassword = (home: string): Promise<string> => readFile(join(home, 'password'), 'utf8');

async function requireVersion(folder: string, major: string): Promise<void> {
  const found = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (found === major) return;
  throw new Error(
    `PostgreSQL ${found} wrote ${folder}, and this version includes PostgreSQL ${major}. ` +
      'Dump the data with the version that wrote it, and restore it into an empty folder.',
  );
}
