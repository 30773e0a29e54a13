// Parley itself: an adapter to its compiled server, which it uses over the API, like any client. A message is a real
// `sendMessage` over WebSocket, and is stored in the embedded PostgreSQL before any reader receives it.
import { randomUUID } from 'node:crypto';
import { Caller, graphqlDialect } from '../../caller.js';
import { openParley, path } from '../../parley.js';
import { times } from '../../times.js';
import { graphqlTransportWs } from '../protocols/graphql-transport-ws.js';
import { RoomEvents } from '../recovery/room-events.js';
import { Senders, senderCount } from '../senders.js';

/** Number of users. The subscribers use their tokens in turn, so each user has many devices. */
const readerGuests = 20;

/** Readers may receive a message before its sender gets the answer; the next messages are then already in progress. */
const regularConnections = 16;

/** The metric for SQL statements that read the log for a replay. */
const replayStatementsMetric = 'parley_replay_statements_total';

/** How many rooms each founder creates; a user can create 60 per hour. */
const roomsEach = 50;

const sendMessage = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id } userErrors { code message } }
}`;
/**
 * @param {import('../contestants.js').StartOptions} options
 * @returns {Promise<import('../contestants.js').Server>}
 */
export async function startParley({ core, rooms, parley, dataDir }) {
  const server = await openParley({ core, parley, dataDir });
  try {
    return await prepare(server, { roomCount: rooms });
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** @param {Awaited<ReturnType<typeof openParley>>} server @param {{ roomCount: number }} options */
async function prepare({ pid, port, api, ended, stop }, { roomCount }) {
  const readerTokens = await times(readerGuests, (index) => api.signIn(`Reader ${index}`));
  const senderTokens = await times(senderCount, (index) => api.signIn(`Sender ${index}`));
  const [regular, ...others] = senderTokens;
  const founderTokens = await times(Math.ceil((roomCount + 1) / roomsEach), (index) => api.signIn(`Founder ${index}`));
  const [unheardRoom, ...rooms] = await times(roomCount + 1, (index) =>
    api.createRoom(founderTokens[Math.floor(index / roomsEach)], `Bench ${index}`),
  );
  for (const room of [unheardRoom, ...rooms]) await api.joinRoom(regular, room);
  for (const token of others) await api.joinRoom(token, rooms[0]);
  const sending = await sendersOf(port, senderTokens);

  const token = (/** @type {number} */ index) => readerTokens[index % readerTokens.length];
  return {
    pid,
    port,
    rooms,
    subscription: (/** @type {{ room: string, index: number }} */ { room, index }) =>
      graphqlTransportWs({ path, variables: { roomId: room }, connectionParams: { token: token(index) } }),
    publish: (/** @type {string} */ room, /** @type {string[]} */ texts) => sending.send(room, texts),
    ended: Promise.race([ended, sending.failed]),
    stop: async () => {
      sending.close();
      await stop();
    },
    storing: {
      acknowledged: () => sending.acknowledged(),
      unheardRoom,
    },
    recovery: {
      replays: true,
      readerOf: (room, index) => new RoomEvents(room, token(index)),
      replayStatements: () => api.metric(replayStatementsMetric),
    },
  };
}

/** Connects the senders: each user once for bursts, and the member of all rooms several times for single messages. @param {number} port @param {string[]} tokens */
async function sendersOf(port, tokens) {
  const connect = (/** @type {string} */ token) =>
    new Caller(port, graphqlDialect({ path, query: sendMessage, connectionParams: { token } }));
  const burst = tokens.map(connect);
  const single = Array.from({ length: regularConnections }, () => connect(tokens[0]));
  await Promise.all([...burst, ...single].map(({ ready }) => ready));
  return new Senders({
    single,
    burst,
    question: (roomId, text) => ({ input: { roomId, text, clientMessageId: randomUUID() } }),
    refusalOf: ({ sendMessage: { userErrors } }) => userErrors[0] && `${userErrors[0].code} ${userErrors[0].message}`,
  });
}
