import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Storage } from './api.ts';
import { ParleyError } from './base/errors.ts';

/**
 * Keeps rows in a folder, one file each. A row is there as soon as `put` has been called, also if the process is killed
 * afterwards: the file is written under another name and renamed. For one process at a time: throws `STORAGE` if another
 * one of this machine uses the folder and lives.
 */
export function fileStorage(folder: string): Storage {
  occupy(folder);
  const folderOf = (scope: string) => join(folder, digest(scope));
  const fileOf = (scope: string, id: string) => join(folderOf(scope), `${digest(id)}.json`);
  // Synchronous, so that a message is safe when `send` has returned.
  return {
    async load(scope) {
      return rowsIn(folderOf(scope));
    },
    async put(scope, row) {
      mkdirSync(folderOf(scope), { recursive: true, mode: 0o700 });
      const file = fileOf(scope, row.id);
      const written = `${file}.${randomUUID()}.new`;
      writeFileSync(written, JSON.stringify(row), { mode: 0o600, flush: true });
      renameSync(written, file);
    },
    async delete(scope, id) {
      rmSync(fileOf(scope, id), { force: true });
    },
    async clear(scope) {
      rmSync(folderOf(scope), { recursive: true, force: true });
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

/**
 * Marks the folder as used by this process, with a file whose name says which one it is. Each process writes and removes
 * only its own file, or that of one that is gone: two that start at once may both be refused, but are never both let in.
 */
function occupy(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine = `process-${process.pid}-${startOf(process.pid)}`;
  writeFileSync(join(folder, mine), '', { mode: 0o600 });
  for (const name of namesIn(folder)) {
    const [, pid, start] = /^process-(\d+)-(\d+)$/.exec(name) ?? [];
    if (!pid || name === mine) continue;
    if (startOf(Number(pid)) !== start) rmSync(join(folder, name), { force: true });
    else {
      rmSync(join(folder, mine), { force: true });
      throw new ParleyError({
        code: 'STORAGE',
        message: `The folder ${folder} is in use by process ${pid}. Stop it, or use another folder. If the process is another program, which has got the same number since, delete ${name} there.`,
      });
    }
  }
}

/**
 * Returns when a process began, so that another one that gets its number later is not taken for it: known on Linux, 0
 * elsewhere. Undefined if there is none.
 */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return isAlive(pid) ? '0' : undefined;
  try {
    // After the name, which may contain anything: the state is the first field, the start the 20th (man 5 proc).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // of another user
  }
}

function rowsIn(folder: string): Row[] {
  const whole = namesIn(folder).filter((name) => name.endsWith('.json'));
  return whole.map((name) => rowIn(readFileSync(join(folder, name), 'utf8')) ?? { id: name });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Returns null if the text is no row: one broken file must not hide the others. */
function rowIn(text: string): Row | null {
  try {
    return JSON.parse(text) as Row | null;
  } catch {
    return null;
  }
}
