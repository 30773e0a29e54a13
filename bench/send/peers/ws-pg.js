// A minimal server: ws, JSON, and one prepared statement with its own commit per message, on a connection pool. No GraphQL,
// no authentication, no checks.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import { announce } from '../../announce.js';
import { poolSize, sendStatement } from '../../send-statement.js';

const [, connectionString] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: poolSize });
const server = createServer();

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  const author = new URL(request.url ?? '/', 'http://peer').searchParams.get('user');
  socket.on('error', () => {});
  socket.on('message', async (data) => {
    const { id, roomId, text, clientMessageId } = JSON.parse(data.toString());
    try {
      const values = [randomUUID(), roomId, author, text, clientMessageId];
      const { rows } = await pool.query({ name: 'send', text: sendStatement, values });
      socket.send(JSON.stringify({ id, message: { ...rows[0], text } }));
    } catch (error) {
      socket.send(JSON.stringify({ id, error: error.message }));
    }
  });
});
announce(server);
