// One contestant in one scenario, in a process of its own on the load's core. It starts the server, is the load, and
// tells its parent the result; a failure is a result, too.
import { contestants } from './contestants.js';
import { cut } from './scenarios/cut.js';
import { idle } from './scenarios/idle.js';
import { room } from './scenarios/room.js';
import { rooms } from './scenarios/rooms.js';
import { slow } from './scenarios/slow.js';

/** @type {Record<string, (server: import('./contestants.js').Server, size: any) => Promise<object>>} */
const scenarios = { room, rooms, idle, slow, cut };

/** @typedef {{ contestant: string, scenario: string, size: { rooms?: number }, core?: number, parley: string, dataDir: string }} Cell */

/** @param {Cell} cell */
async function measure({ contestant, scenario, size, core, parley, dataDir }) {
  const server = await contestants[contestant].start({ core, rooms: size.rooms ?? 1, parley, dataDir });
  process.once('disconnect', () => server.stop().finally(() => process.exit(1))); // the parent is gone
  try {
    return { values: await scenarios[scenario](server, size) };
  } finally {
    await server.stop();
  }
}

const result = await measure(JSON.parse(process.argv[2])).catch((error) => ({ error: error.message.split('\n')[0] }));
process.send?.(result, () => process.exit(0));
