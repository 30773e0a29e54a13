// Parley itself: an adapter to its compiled server, which it uses over the API, like any client. A message is a real
// `sendMessage` over WebSocket, and is stored in the embedded PostgreSQL before any reader receives it.
import { randomUUID } from 'node:crypto';
import { Connection } from '../../connection.js';
import { openParley, path } from '../../parley.js';
import { times } from '../../times.js';
import { graphqlTransportWs } from '../protocols/graphql-transport-ws.js';

/** Number of users. The subscribers use their tokens in turn, so each user has many devices. */
const readerGuests = 20;

/** A connection may have 200 operations in progress, so a burst is spread over several senders. */
const senders = 8;
/** Readers may receive a message before its sender gets the answer; the next messages are then already in progress. */
const ownerConnections = 16;

/** The metric for SQL statements that read the log for a replay. */
const replayStatementsMetric = 'parley_replay_statements_total';

const sendMessage = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { message { id } userErrors { code message } }
}`;
const roomEvents = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    status cursor positionBefore positionAfter
    events { eventNumber ... on MessageAddedEvent { message { id sequence text createdAt author { displayName } } } }
  }
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
  const senderTokens = await times(senders, (index) => api.signIn(`Sender ${index}`));
  const [owner, ...others] = senderTokens;
  const [unheardRoom, ...rooms] = await times(roomCount + 1, (index) => api.createRoom(owner, `Bench ${index}`));
  for (const token of others) await api.joinRoom(token, rooms[0]);
  const sending = new Sending(port, senderTokens);
  await sending.ready;

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
      resumable: (/** @type {{ room: string, index: number, after: string | null }} */ { room, index, after }) =>
        graphqlTransportWs({
          path,
          query: roomEvents,
          variables: { roomId: room, after },
          connectionParams: { token: token(index) },
        }),
      replayStatements: () => api.metric(replayStatementsMetric),
    },
  };
}

/** Sends messages over WebSocket, from several users. */
class Sending {
  /** @type {Promise<unknown>} */
  ready;
  /** Resolves with the reason when a message is refused. @type {Promise<string>} */
  failed;

  /** Connections of all users. @type {Connection[]} */
  #connections;
  /** Connections of the owner of all rooms. @type {Connection[]} */
  #owners;
  #underWay = 0;
  #nextId = 1;
  #settle = () => {};
  /** @type {(why: string) => void} */
  #fail = () => {};

  /** @param {number} port @param {string[]} tokens */
  constructor(port, tokens) {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    const connect = (/** @type {string} */ token) => new Connection(port, this.#protocol(token));
    this.#connections = tokens.map(connect);
    this.#owners = Array.from({ length: ownerConnections }, () => connect(tokens[0]));
    for (const connection of this.#all()) connection.onLost = (why) => this.#fail(`a sender was disconnected: ${why}`);
    this.ready = Promise.all(this.#all().map(({ ready }) => ready));
  }

  /** Sends a single message as the owner; sends several as all users in turn, with one write for each user. @param {string} room @param {string[]} texts */
  send(room, texts) {
    this.#underWay += texts.length;
    if (texts.length === 1) return this.#owners[this.#nextId % ownerConnections].send(this.#operation(room, texts[0]));
    const share = Math.ceil(texts.length / this.#connections.length);
    for (const [index, connection] of this.#connections.entries()) {
      const own = texts.slice(index * share, (index + 1) * share);
      if (own.length > 0) connection.sendAll(own.map((text) => this.#operation(room, text)));
    }
  }

  /** Resolves when no operation is in progress. @returns {Promise<void>} */
  acknowledged() {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  close() {
    for (const connection of this.#all()) connection.close();
  }

  #all() {
    return [...this.#connections, ...this.#owners];
  }

  #operation(/** @type {string} */ roomId, /** @type {string} */ text) {
    const variables = { input: { roomId, text, clientMessageId: randomUUID() } };
    return JSON.stringify({
      id: String(this.#nextId++),
      type: 'subscribe',
      payload: { query: sendMessage, variables },
    });
  }

  /** @param {string} token @returns {import('../../connection.js').Protocol} */
  #protocol(token) {
    return {
      path,
      subprotocol: 'graphql-transport-ws',
      onOpen: (connection) => connection.send(JSON.stringify({ type: 'connection_init', payload: { token } })),
      owns: (connection, message) => {
        this.#take(connection, JSON.parse(message.toString()));
        return true;
      },
    };
  }

  #take(/** @type {Connection} */ connection, /** @type {{ type: string, payload?: any }} */ { type, payload }) {
    if (type === 'connection_ack') connection.subscribed();
    if (type === 'ping') connection.send('{"type":"pong"}');
    const errors =
      type === 'error' ? payload : type === 'next' ? (payload.errors ?? payload.data.sendMessage.userErrors) : [];
    if (errors.length > 0) this.#fail(`a message was refused: ${errors[0].code ?? ''} ${errors[0].message}`);
    if (type !== 'complete' && type !== 'error') return;
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#settle();
  }
}
