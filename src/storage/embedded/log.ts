import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** PostgreSQL's own log, relative to the folder that it runs in. */
export const logFromCluster = '../server.log';

const logOf = (home: string) => join(home, 'server.log');

/** Starts an empty log and keeps one previous log. */
export async function rotateLog(home: string): Promise<void> {
  await rename(logOf(home), join(home, 'server.log.1')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Returns how many characters the log has: where `lastError` may start. */
export async function logLength(home: string): Promise<number> {
  return (await readLog(home)).length;
}

/** Returns the last error in the log after `from` on one line, with its hint if there is one. */
export async function lastError(home: string, from = 0): Promise<string> {
  const lines = (await readLog(home))
    .slice(from)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const at = lines.findLastIndex((line) => /\b(FATAL|PANIC):|error:|error while loading/.test(line));
  const error = lines[at] ?? lines.at(-1) ?? 'it wrote no message (is the disk full, or the folder not writable?)';
  const hint = lines.slice(at + 1).find((line) => line.includes('HINT:'));
  return [error, hint ?? []].flat().map(withoutPrefix).join('. ');
}

const readLog = (home: string) => readFile(logOf(home), 'utf8').catch(() => '');

const withoutPrefix = (line: string) => line.replace(/^.*?(FATAL|PANIC|HINT): +/, '');
