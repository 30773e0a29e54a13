import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { poolSize, sendStatement } from '../../send-statement.js';

const [databaseUrl] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });

/**
 * Numbers and stores a message with one prepared statement, and returns it once it is committed.
 * @param {{ room: string, author: string, text: string }} message
 */
export async function storeMessage({ room, author, text }) {
  const values = [randomUUID(), room, author, text, randomUUID()];
  const { rows } = await pool.query({ name: 'send', text: sendStatement, values });
  const [{ id, sequence, createdAt }] = rows;
  return {
    id: Buffer.from(`Message:${id}`).toString('base64url'),
    sequence,
    text,
    createdAt: createdAt.toISOString(),
    author: { displayName: 'Sender' },
  };
}
