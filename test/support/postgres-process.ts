import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const program = fileURLToPath(new URL('../storage/embedded/start.child.ts', import.meta.url));

export type Outcome = { url: string; isNew: boolean; error?: string };

/** Starts another Node.js process with an embedded PostgreSQL on `dataDir`, in a process group of its own. */
export function startNode(dataDir: string, account?: { uid: number; gid: number }) {
  const node = spawn(process.execPath, ['--import', 'tsx', program, dataDir], {
    ...account,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOME: dataDir, TMPDIR: dataDir },
  });
  const exited = once(node, 'exit');
  const outcome = once(createInterface(node.stdout), 'line').then(([line]) => JSON.parse(line) as Outcome);
  /** Kills the whole group, as a terminal or an out-of-memory killer may. */
  const kill = () => {
    process.kill(-node.pid!, 'SIGKILL');
    return exited;
  };
  return { outcome, kill };
}

/** Returns the process number of the server that runs on `dataDir`. */
export async function serverPid(dataDir: string): Promise<number> {
  const lock = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  return Number(lock.split('\n')[0]);
}

export async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Returns whether the process runs. A killed process is listed as a zombie until its parent waits for it. */
export async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State: Z');
  return !/^State:\s*Z/m.test(status);
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  return (await client.query(sql, values).finally(() => client.end())).rows;
}
