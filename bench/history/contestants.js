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
 * What can be read from; pages are told as the numbers of their messages, oldest first.
 * @typedef {object} Target
 * @property {number | null} pid of the process that serves; null: the load's own
 * @property {(room: import('./fill.js').Room) => Promise<number[]>} newest 50 messages
 * @property {(room: import('./fill.js').Room) => Promise<number[]>} middle the 50 messages after the first half
 * @property {() => Promise<number[]>} [unread] counts of the viewer's rooms, of which half was read
 * @property {() => Promise<void>} stop
 */

/** In the order of the tables. @type {Record<string, { title: string, scenarios: string[], start: (options: StartOptions) => Promise<Target> }>} */
export const contestants = {
  parley: { title: 'Parley', scenarios: ['pages', 'unread'], start: startParley },
  'apollo-prisma': { title: 'Apollo Server, Prisma', scenarios: ['pages', 'unread'], start: startApolloPrisma },
  pg: { title: '`pg` alone, no server', scenarios: ['pages'], start: startPg },
};
