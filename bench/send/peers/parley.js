// Parley: its compiled server; the people are guests, and their first message to a room makes them members.
import { Caller, graphqlDialect } from '../../caller.js';
import { openParley, path } from '../../parley.js';
import { times } from '../../times.js';
import { sendingBy, sendMessage } from '../operation.js';

/** @type {import('../contestants.js').Start} */
export async function startParley({ parley, dataDir, databaseUrl, rooms, people }) {
  const { pid, port, api, stop } = await openParley({ parley, dataDir, databaseUrl });
  try {
    const tokens = await times(people, (index) => api.signIn(`Sender ${index}`));
    const ids = await times(rooms, (index) => api.createRoom(tokens[0], `Bench ${index}`));
    const callers = tokens.map(
      (token) => new Caller(port, graphqlDialect({ path, query: sendMessage, connectionParams: { token } })),
    );
    await Promise.all(callers.map(({ ready }) => ready));
    return { pid, rooms: ids, senders: callers.map(sendingBy), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
