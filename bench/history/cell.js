// Measures one contestant in one scenario, in a separate process, on the database that was filled for the scenario.
import { answerAsCell } from '../cell-process.js';
import { startDatabase } from '../database.js';
import { contestants } from './contestants.js';
import { pages, unread } from './scenarios.js';

const scenarios = { pages, unread };

/** @typedef {{ dataDir: string, rooms: import('./fill.js').Room[] }} Filled */
/** @typedef {{ contestant: string, scenario: 'pages' | 'unread', size: { forMs: number }, parley: string, dataDir: string, filled: Record<string, Filled> }} Cell */

await answerAsCell(async (/** @type {Cell} */ cell, whenOrphaned) => {
  const { contestant, scenario, size, parley, dataDir, filled } = cell;
  const { rooms } = filled[scenario];
  const database = await startDatabase({ parley, dataDir: filled[scenario].dataDir });
  whenOrphaned(database.stop);
  try {
    const target = await contestants[contestant].start({ parley, dataDir, databaseUrl: database.url, rooms });
    try {
      return await scenarios[scenario](target, { rooms, forMs: size.forMs, databaseParent: database.pid });
    } finally {
      await target.stop();
    }
  } finally {
    await database.stop();
  }
});
