import { join } from 'node:path';
import { startServer } from './server-process.js';

/**
 * Starts a PostgreSQL of its own with Parley's tables: the embedded one, with the settings of `npm start`, or in other
 * words fsync and synchronous_commit on. `pid` is of the process that started it, whose own work is nothing.
 * @param {{ parley: string, dataDir: string }} options path of Parley's compiled `main.js`, and an empty folder or that of
 *   an earlier one
 */
export async function startDatabase({ parley, dataDir }) {
  const args = [join(import.meta.dirname, 'database-process.js'), parley, dataDir];
  const { match, ...server } = await startServer({ args, core: null, ready: /^database (\S+)$/m });
  return { ...server, url: match[1] };
}
