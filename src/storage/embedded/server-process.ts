import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { watcherName } from './watched-process.ts';

const run = promisify(execFile);
const hasProc = process.platform === 'linux';

/**
 * Resolves to whether the process is a server on this cluster. Its working directory distinguishes it from a zombie and
 * from an unrelated process with the same id, which is common after a container restarts. The check runs as the server's
 * user, because root in a container may not be allowed to look into processes of other users.
 */
export async function isServing(pid: number, cluster: string, account: Account): Promise<boolean> {
  if (!hasProc) return sendSignal(pid, 0);
  try {
    await run('/bin/sh', ['-c', 'test "/proc/$0/cwd" -ef .', String(pid)], { ...account, cwd: cluster });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return false;
    throw error;
  }
}

/** Sends a signal and returns whether the process exists; 0 only checks that. */
export function sendSignal(pid: number, signal: 'SIGINT' | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Resolves to whether a watching shell is the server's parent: then its owner is alive, or the shell is stopping the server. */
export async function isWatched(pid: number): Promise<boolean> {
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
