import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Caller, graphqlDialect, jsonDialect } from '../../caller.js';
import { fill } from '../../fill.js';
import { startServer } from '../../server-process.js';
import { sendingBy, sendMessage } from '../operation.js';

/** Starts a program of this folder that uses GraphQL. @param {string} name @returns {import('../contestants.js').Start} */
export function graphqlProgram(name) {
  return start(name, (port, userId) =>
    opened(
      new Caller(port, graphqlDialect({ path: '/graphql', query: sendMessage, connectionParams: { userId } })),
      sendingBy,
    ),
  );
}

/** Starts a program of this folder that uses plain JSON. @param {string} name @returns {import('../contestants.js').Start} */
export function jsonProgram(name) {
  return start(name, (port, userId) =>
    opened(new Caller(port, jsonDialect(`/?user=${userId}`)), (caller) => async (roomId, text) => {
      const { message } = await caller.ask({ roomId, text, clientMessageId: randomUUID() });
      if (!(message.sequence > 0)) throw new Error('a message without a number');
    }),
  );
}

/** @param {Caller} caller @param {(caller: Caller) => import('../contestants.js').Send} sending */
async function opened(caller, sending) {
  await caller.ready;
  return sending(caller);
}

/**
 * @param {string} name @param {(port: number, userId: string) => Promise<import('../contestants.js').Send>} sender
 * @returns {import('../contestants.js').Start}
 */
function start(name, sender) {
  return async ({ parley, databaseUrl, rooms, people }) => {
    const filled = await fill(databaseUrl, { rooms, people });
    const args = [join(import.meta.dirname, name), parley, databaseUrl];
    const { pid, match, stop } = await startServer({ args, core: null, ready: /^ready (\d+)$/m });
    try {
      const senders = await Promise.all(filled.people.map((userId) => sender(Number(match[1]), userId)));
      return { pid, rooms: filled.rooms, senders, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  };
}
