import { join } from 'node:path';
import { Caller } from '../caller.js';
import { startDatabase } from '../database.js';
import { fill } from '../fill.js';
import { startServer } from '../server-process.js';
import { Senders, senderCount } from './senders.js';

/**
 * Starts a program of `peers/` that stores messages, with its own database on the same core, and sends it messages over
 * WebSocket.
 * @param {string} program
 * @param {object} protocols
 * @param {(subscription: { room: string, index: number }) => import('../connection.js').Protocol} protocols.subscription
 * @param {(user: string) => import('../caller.js').Dialect} protocols.dialect
 * @returns {(options: import('./contestants.js').StartOptions) => Promise<import('./contestants.js').Server>}
 */
export function storingPeer(program, { subscription, dialect }) {
  return async ({ core, rooms, parley, dataDir }) => {
    const database = await startDatabase({ parley, dataDir: join(dataDir, 'database'), core });
    try {
      const filled = await fill(database.url, { rooms: rooms + 1, people: senderCount });
      const args = [join(import.meta.dirname, 'peers', program), database.url];
      const { match, pid, ended, stop } = await startServer({ args, core, ready: /^ready (\d+)$/m });
      const port = Number(match[1]);
      const sending = await sendersOf(filled.people.map((user) => new Caller(port, dialect(user))));
      const [unheardRoom, ...named] = filled.rooms;
      return {
        pid,
        port,
        rooms: named,
        subscription,
        publish: (room, texts) => sending.send(room, texts),
        ended: Promise.race([ended, sending.failed]),
        stop: async () => {
          sending.close();
          await stop().finally(database.stop);
        },
        databaseParent: database.pid,
        storing: { acknowledged: () => sending.acknowledged(), unheardRoom },
      };
    } catch (error) {
      await database.stop();
      throw error;
    }
  };
}

/** @param {Caller[]} callers */
async function sendersOf(callers) {
  await Promise.all(callers.map(({ ready }) => ready));
  return new Senders({ single: callers, burst: callers, question: (room, text) => ({ room, text }) });
}
