import { join } from 'node:path';
import { startServer } from './server-process.js';

/**
 * Starts a separate embedded PostgreSQL with Parley's tables and the settings of `npm start`: fsync and
 * synchronous_commit are on. `pid` belongs to the process that started it, which does no other work.
 * @param {{ parley: string, dataDir: string, core?: number | null }} options path of Parley's compiled `main.js`, and an empty folder or the
 *   folder of an earlier database; `core` for all of its processes, by default any core
 */
export async function startDatabase({ parley, dataDir, core = null }) {
  const args = [join(import.meta.dirname, 'database-process.js'), parley, dataDir];
  const { match, ...server } = await startServer({ args, core, ready: /^database (\S+)$/m });
  return { ...server, url: match[1] };
}
