// The same statement as `ws-pg.js`, sent by the load itself: no server at all, the least that a message can cost.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { fill } from '../../fill.js';
import { poolSize, sendStatement } from '../../send-statement.js';

/** @type {import('../contestants.js').Start} */
export async function startPg({ databaseUrl, rooms, people }) {
  const filled = await fill(databaseUrl, { rooms, people });
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });
  pool.on('error', () => {}); // the database may end before the last connection
  const sender = (/** @type {string} */ author) => async (/** @type {string} */ roomId, /** @type {string} */ text) => {
    const values = [randomUUID(), roomId, author, text, randomUUID()];
    await pool.query({ name: 'send', text: sendStatement, values });
  };
  return { pid: null, rooms: filled.rooms, senders: filled.people.map(sender), stop: () => pool.end() };
}
