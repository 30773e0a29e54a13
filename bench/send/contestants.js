import { byLoad } from './by-load.js';
import { startParley } from './peers/parley.js';
import { startPg } from './peers/pg.js';
import { measureByPgbench } from './peers/pgbench.js';
import { graphqlProgram, jsonProgram } from './peers/program.js';

/** Sends a message and resolves when it is acknowledged. @typedef {(roomId: string, text: string) => Promise<void>} Send */
/**
 * @typedef {object} StartOptions
 * @property {string} parley path of Parley's compiled `main.js`
 * @property {string} dataDir an empty folder
 * @property {string} databaseUrl with Parley's tables, empty
 * @property {number} rooms number of rooms
 * @property {number} people number of senders, each with its own connection
 */
/**
 * A contestant to send messages to.
 * @typedef {object} Target
 * @property {number | null} pid of the server process; null if the load is the only process
 * @property {string[]} rooms
 * @property {Send[]} senders
 * @property {() => Promise<void>} stop
 */
/** @typedef {(options: StartOptions) => Promise<Target>} Start */
/**
 * Measures a scenario on a new database, whose processes are the children of `databaseParent`.
 * @typedef {(options: StartOptions & { scenario: string, size: any, databaseParent: number }) => Promise<object>} Measure
 */

const slow = ['rooms', 'hot', 'single'];
const all = [...slow, 'rate'];

/** In the order of the tables. @type {Record<string, { title: string, scenarios: string[], program?: string, measure: Measure }>} */
export const contestants = {
  parley: { title: 'Parley', scenarios: all, measure: byLoad(startParley) },
  'apollo-prisma': {
    title: 'Apollo Server, Prisma',
    scenarios: slow,
    measure: byLoad(graphqlProgram('apollo-prisma.js')),
  },
  'ws-pg': { title: 'ws, a statement each', scenarios: all, measure: byLoad(jsonProgram('ws-pg.js')) },
  pg: { title: '`pg` alone, no server', scenarios: all, measure: byLoad(startPg) },
  pgbench: { title: 'pgbench, no server', scenarios: ['rooms', 'hot'], program: 'pgbench', measure: measureByPgbench },
};
