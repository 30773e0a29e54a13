import { startApolloPrisma } from './peers/apollo-prisma.js';
import { startParley } from './peers/parley.js';

/** @typedef {import('./fill.js').Person} Person */
/**
 * @typedef {object} StartOptions
 * @property {number | null | undefined} core
 * @property {string} parley path of Parley's compiled `main.js`
 * @property {string} dataDir
 * @property {string} databaseUrl
 * @property {string} jwtSecret
 */
/**
 * A running server.
 * @typedef {object} Target
 * @property {number} pid
 * @property {number} port
 * @property {string} path of GraphQL, over HTTP and WebSocket
 * @property {(type: string, id: string) => string} idOf returns an id as the API has it
 * @property {(person: Person) => string} tokenOf returns what follows `Authorization: Bearer`
 * @property {(person: Person) => object} connectionParams
 * @property {() => Promise<void>} stop
 */

export const scenarios = ['send', 'sign-in', 'join', 'react', 'edit', 'page', 'memberships'];

/** In the order of the tables. @type {Record<string, { title: string, scenarios: string[], start: (options: StartOptions) => Promise<Target> }>} */
export const contestants = {
  parley: { title: 'Parley', scenarios, start: startParley },
  'apollo-prisma': { title: 'Apollo Server, Prisma', scenarios, start: startApolloPrisma },
};
