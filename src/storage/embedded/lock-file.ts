import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const pathIn = (cluster: string) => join(cluster, 'postmaster.pid');

/** The first lines of PostgreSQL's lock file: https://www.postgresql.org/docs/18/storage-file-layout.html */
export interface LockFile {
  pid: number;
  port: string;
  status: string;
}

/** Reads the lock file of a cluster; null if no server runs, or the server has not written it yet. */
export async function readLockFile(cluster: string): Promise<LockFile | null> {
  const text = await readFile(pathIn(cluster), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: lines[3] ?? '', status: lines[7] ?? '' } : null;
}

/** Removes the lock file if it still names this process. */
export async function removeLockFile(cluster: string, pid: number): Promise<void> {
  const present = await readLockFile(cluster);
  if (present?.pid === pid) await rm(pathIn(cluster), { force: true });
}
