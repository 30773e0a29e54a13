import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Storage } from './api.ts';

/**
 * Keeps rows in a folder, one file each. A row is there as soon as `put` has been called, also if the process is killed
 * afterwards: the file is written under another name and renamed. For one process at a time.
 */
export function fileStorage(folder: string): Storage {
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
      writeFileSync(`${file}.new`, JSON.stringify(row), { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
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

function rowsIn(folder: string): Row[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = names.filter((name) => name.endsWith('.json'));
  return whole.map((name) => rowIn(readFileSync(join(folder, name), 'utf8')) ?? { id: name });
}

/** Returns null if the text is no row: one broken file must not hide the others. */
function rowIn(text: string): Row | null {
  try {
    return JSON.parse(text) as Row | null;
  } catch {
    return null;
  }
}
