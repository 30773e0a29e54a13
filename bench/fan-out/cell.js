// Measures one contestant in one scenario, in a separate process on the load's core. It starts the server and is the load.
import { answerAsCell } from '../cell-process.js';
import { contestants } from './contestants.js';
import { cut } from './scenarios/cut.js';
import { idle } from './scenarios/idle.js';
import { room } from './scenarios/room.js';
import { rooms } from './scenarios/rooms.js';
import { slow } from './scenarios/slow.js';

/** @type {Record<string, (server: import('./contestants.js').Server, size: any) => Promise<object>>} */
const scenarios = { room, rooms, idle, slow, cut };

/** @typedef {{ contestant: string, scenario: string, size: { rooms?: number }, core?: number, parley: string, dataDir: string }} Cell */

await answerAsCell(async (/** @type {Cell} */ { contestant, scenario, size, core, parley, dataDir }, whenOrphaned) => {
  const server = await contestants[contestant].start({ core, rooms: size.rooms ?? 1, parley, dataDir });
  whenOrphaned(server.stop);
  try {
    return await scenarios[scenario](server, size);
  } finally {
    await server.stop();
  }
});
