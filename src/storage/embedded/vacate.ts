import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { readLockFile, removeLockFile } from './lock-file.ts';
import { isServing, isWatched, sendSignal } from './server-process.ts';

// A server whose owner was killed reports within milliseconds that it is stopping; a server in use never does.
const patienceMs = 2000;
const pollMs = 10;

/** Another process runs a server on the data folder. */
export class DataDirInUseError extends Error {}

/**
 * Resolves when no server runs on the cluster and no lock file is left. Waits for a server that is stopping, stops a server
 * whose owner is gone, and throws DataDirInUseError if another process uses it.
 */
export async function vacate(cluster: string, account: Account): Promise<void> {
  const startedAt = performance.now();
  for (let lock = await readLockFile(cluster); lock; lock = await readLockFile(cluster)) {
    // PostgreSQL does not check this: it takes any process with this number for the owner of the lock, even a zombie.
    if (!(await isServing(lock.pid, cluster, account))) await removeLockFile(cluster, lock.pid);
    else if (lock.status === 'stopping') await delay(pollMs);
    else if (!(await isWatched(lock.pid))) await stopOrphan(lock.pid);
    else if (performance.now() - startedAt < patienceMs) await delay(pollMs);
    else throw inUse(cluster, lock.pid);
  }
}

async function stopOrphan(pid: number): Promise<void> {
  sendSignal(pid, 'SIGINT');
  await delay(pollMs);
}

function inUse(cluster: string, pid: number): DataDirInUseError {
  return new DataDirInUseError(
    `Another process is using ${cluster} (its PostgreSQL is process ${pid}). Stop it or choose another folder.`,
  );
}
