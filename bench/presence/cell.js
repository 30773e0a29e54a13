// Measures one scenario, in a separate process on the load's core, with its own server and database.
import { answerAsCell } from '../cell-process.js';
import { openPlace } from './place.js';
import { churn } from './scenarios/churn.js';
import { notify } from './scenarios/notify.js';

/** @type {Record<string, (place: import('./place.js').Place, size: any) => Promise<object>>} */
const scenarios = { churn, notify };

/** @typedef {{ scenario: string, size: { people: number, rooms: number }, core?: number, parley: string, dataDir: string }} Cell */

await answerAsCell(async (/** @type {Cell} */ { scenario, size, core, parley, dataDir }, whenOrphaned) => {
  const { people, rooms } = size;
  const place = await openPlace({ core, parley, dataDir, people, rooms });
  whenOrphaned(place.stop);
  try {
    return await scenarios[scenario](place, size);
  } finally {
    await place.stop();
  }
});
