// NATS, a broker in Go: its core publish/subscribe over its own WebSocket port, without JetStream, so it stores nothing. The
// load publishes the messages, as a back end would.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '../../connection.js';
import { findProgram } from '../../programs.js';
import { startServer } from '../../server-process.js';
import { nats, publishing } from '../protocols/nats.js';
import { senderCount, sharesOf } from '../senders.js';
import { newMessage } from './message.js';

const settings = `
listen: "127.0.0.1:-1"
websocket { listen: "127.0.0.1:-1", no_tls: true, compression: false }
`;

/** @param {import('../contestants.js').StartOptions} options @returns {Promise<import('../contestants.js').Server>} */
export async function startNats({ core, rooms, dataDir }) {
  const file = join(dataDir, 'nats.conf');
  await writeFile(file, settings);
  const program = findProgram('nats-server') ?? 'nats-server';
  const server = await startServer({ program, args: ['-c', file], core, ready: /websocket clients on ws:\S+:(\d+)/ });
  const port = Number(server.match[1]);
  const publishers = Array.from({ length: senderCount }, () => new Connection(port, nats({})));
  await Promise.all(publishers.map(({ ready }) => ready));
  return {
    pid: server.pid,
    port,
    rooms: Array.from({ length: rooms }, (_, index) => `room-${index}`),
    subscription: nats,
    publish: (room, texts) => {
      for (const [index, share] of sharesOf(texts, senderCount).entries()) {
        if (share.length > 0) publishers[index].send(share.map((text) => publishing(room, payloadOf(text))).join(''));
      }
    },
    ended: server.ended,
    stop: async () => {
      for (const publisher of publishers) publisher.close();
      await server.stop();
    },
  };
}

/** @param {string} text */
function payloadOf(text) {
  return JSON.stringify({ type: 'messageAdded', message: newMessage(text) });
}
