import { join } from 'node:path';
import { startDatabase } from '../database.js';
import { globalId, signTokens } from '../guests.js';
import { openParley } from '../parley.js';
import { fill } from './fill.js';

/**
 * A server with people in rooms; none of them is connected.
 * @typedef {object} Place
 * @property {number} pid
 * @property {number} port
 * @property {number} databaseParent the process that started the database
 * @property {Guest[]} guests guest i is a member of room i modulo the number of rooms
 * @property {string[]} rooms global ids
 * @property {Promise<string>} ended resolves with the reason when the server has ended ended
 * @property {() => Promise<void>} stop
 */
/** A signed-in user; `id` is the global id. @typedef {{ id: string, token: string }} Guest */

/**
 * Starts Parley on a core, with its own database of people and rooms. To sign in thousands would take minutes, so SQL
 * inserts their sessions, and this process creates their tokens as the server does.
 * @param {{ core?: number, parley: string, dataDir: string, people: number, rooms: number }} options
 * @returns {Promise<Place>}
 */
export async function openPlace({ core, parley, dataDir, people, rooms }) {
  const database = await startDatabase({ parley, dataDir: join(dataDir, 'database') });
  try {
    const filled = await fill(database.url, { people, rooms });
    const { jwtSecret, tokens } = await signTokens(parley, filled.guests);
    const guests = filled.guests.map(({ userId }, index) => ({ id: globalId('User', userId), token: tokens[index] }));
    const { stop, ...server } = await openParley({ core, parley, dataDir, databaseUrl: database.url, jwtSecret });
    return {
      ...server,
      databaseParent: database.pid,
      guests,
      rooms: filled.rooms.map((id) => globalId('Room', id)),
      stop: () => stop().finally(database.stop),
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}
