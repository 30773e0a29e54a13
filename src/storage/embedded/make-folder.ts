import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists } from './exists.ts';

/**
 * Creates a folder that only its owner can enter, and the missing folders above it. `mkdir` with `recursive` is not used: it
 * never returns if the system answers ENOENT although the folder above exists, as it does in /proc (seen with Node.js 20).
 */
export async function makeFolder(path: string): Promise<void> {
  if (await exists(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error; // else another process was quicker
  });
}
