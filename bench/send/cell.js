// Measures one contestant in one scenario, in a separate process with its own database. It starts both and is the load.
import { join } from 'node:path';
import { answerAsCell } from '../cell-process.js';
import { startDatabase } from '../database.js';
import { contestants } from './contestants.js';

/** @typedef {{ contestant: string, scenario: string, size: { rooms: number, people: number }, parley: string, dataDir: string }} Cell */

await answerAsCell(async (/** @type {Cell} */ { contestant, scenario, size, parley, dataDir }, whenOrphaned) => {
  const database = await startDatabase({ parley, dataDir: join(dataDir, 'database') });
  whenOrphaned(database.stop);
  const { rooms, people } = size;
  const place = { parley, dataDir, databaseUrl: database.url, databaseParent: database.pid };
  try {
    return await contestants[contestant].measure({ ...place, rooms, people, scenario, size });
  } finally {
    await database.stop();
  }
});
