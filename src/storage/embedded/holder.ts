import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { watcherName } from './watched-process.ts';

const run = promisify(execFile);
const hasProc = process.platform === 'linux';

// A server whose Parley was just killed says that it is stopping within milliseconds; another one never does.
const patienceMs = 2_000;
const pollMs = 10;

/** The first lines of PostgreSQL's lock file: https://www.postgresql.org/docs/18/storage-file-layout.html */
export type LockFile = { pid: number; port: string; status: string };

/** Reads the lock file of a cluster; null when no server runs, or none has written it yet. */
export async function readLockFile(cluster: string): Promise<LockFile | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: lines[3] ?? '', status: lines[7] ?? '' } : null;
}

/**
 * Returns once no server runs on the cluster and no lock file is left. Waits for a server that is stopping, stops
 * one that was left alone, and throws if another Parley is using it.
 */
export async function vacate(cluster: string, account: Account): Promise<void> {
  const startedAt = Date.now();
  for (let lock = await readLockFile(cluster); lock; lock = await readLockFile(cluster)) {
    if (!(await isServing(lock.pid, cluster, account))) await removeLock(cluster, lock.pid);
    else if (lock.status === 'stopping') await delay(pollMs);
    else if (!(await isWatched(lock.pid))) await stopForgotten(lock.pid);
    else if (Date.now() - startedAt < patienceMs) await delay(pollMs);
    else throw inUse(cluster, lock.pid);
  }
}

/** PostgreSQL, too, sees whether a lock is stale, but takes a zombie and any stranger with that number for its owner. */
async function removeLock(cluster: string, pid: number): Promise<void> {
  const present = await readLockFile(cluster);
  if (present?.pid === pid) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function stopForgotten(pid: number): Promise<void> {
  send(pid, 'SIGINT');
  await delay(pollMs);
}

function inUse(cluster: string, pid: number): Error {
  return new Error(
    `Another Parley is using ${cluster} (PostgreSQL is process ${pid}). ` +
      'Stop it, choose another DATA_DIR, or give both one DATABASE_URL.',
  );
}

/**
 * Tells the server from a zombie and from a stranger that was given its number (usual after a container restarts), by
 * the folder that it stands in. The server's own user asks: a container's root may not look into others' processes.
 */
async function isServing(pid: number, cluster: string, account: Account): Promise<boolean> {
  if (!hasProc) return send(pid, 0);
  try {
    await run('/bin/sh', ['-c', 'test "/proc/$0/cwd" -ef .', String(pid)], { ...account, cwd: cluster });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return false;
    throw error;
  }
}

/** Whether there was a process to send it to; 0 only asks. */
function send(pid: number, signal: 'SIGINT' | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Whether a shell still watches it, and so some Parley still lives, or is being followed by the server's end. */
async function isWatched(pid: number): Promise<boolean> {
  const parent = hasProc
    ? /^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1]
    : await ps('ppid', String(pid));
  if (!parent) return false;
  const command = hasProc
    ? await readFile(`/proc/${parent}/cmdline`, 'utf8').catch(() => '')
    : await ps('command', parent);
  return command.includes(watcherName);
}

async function ps(column: string, pid: string): Promise<string> {
  const found = await run('ps', ['-o', `${column}=`, '-p', pid]).catch(() => ({ stdout: '' }));
  return found.stdout.trim();
}
