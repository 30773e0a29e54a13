import { startApolloPrisma } from './peers/apollo-prisma.js';
import { startParley } from './peers/parley.js';
import { startPg } from './peers/pg.js';

/**
 * @typedef {object} StartOptions
 * @property {string} parley path of Parley's compiled `main.js`
 * @property {string} dataDir an empty folder
 * @property {string} databaseUrl
 * @property {import('./fill.js').Room[]} rooms
 */
/**
 * A contestant to read from. A page is returned as the numbers of its messages, oldest first.
 * @typedef {object} Target
 * @property {number | null} pid of the server process; null if the load is the only process
 * @property {(room: import('./fill.js').Room) => Promise<number[]>} newest returns the newest returns the newest 50 messages
 * @property {(room: import('./fill.js').Room) => Promise<number[]>} middle returns the 50 messages after the first half
 * @property {() => Promise<number[]>} [unread] returns the unread counts of the viewer's rooms; half of each room is read
 * @property {() => Promise<void>} stop
 */

/** In the order of the tables. @type {Record<string, { title: string, scenarios: string[], start: (options: StartOptions) => Promise<Target> }>} */
export const contestants = {
  parley: { title: 'Parley', scenarios: ['pages', 'unread'], start: startParley },
  'apollo-prisma': { title: 'Apollo Server, Prisma', scenarios: ['pages', 'unread'], start: startApolloPrisma },
  pg: { title: '`pg` alone, no server', scenarios: ['pages'], start: startPg },
};
