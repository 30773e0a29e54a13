// Parley itself: not a program of this folder but the adapter to its compiled server, spoken to as any client would.
// A message is a real `sendMessage` over WebSocket and is stored in the embedded Postgres before anybody gets it.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Connection } from '../../connection.js';
import { startServer } from '../../server-process.js';
import { graphqlTransportWs } from '../protocols/graphql-transport-ws.js';

const path = '/graphql';

/** Where it says that it listens: the address of its WebSocket. */
const ready = /ws:\/\/[^\s:]+:(\d+)\/graphql/;

/** People behind the subscribers, in turn; each is signed in on many devices. */
const readerGuests = 20;

/** A connection may have 200 operations under way, so what is sent at once is spread over several senders. */
const senders = 8;
/** Readers may have the last messages before their sender is told, and the next are under way by then. */
const ownerConnections = 16;
const requestsAtOnce = 20;

/** SQL statements that read the log for a replay, in `/metrics`. */
const replayStatementsMetric = 'parley_replay_statements_total';

const createGuestSession = `mutation ($input: CreateGuestSessionInput!) {
  createGuestSession(input: $input) { accessToken userErrors { message } }
}`;
const createRoom = `mutation ($input: CreateRoomInput!) {
  createRoom(input: $input) { room { id } userErrors { message } }
}`;
const joinRoom = `mutation ($input: RoomIdInput!) { joinRoom(input: $input) { userErrors { message } } }`;
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
export async function startParley({ core, rooms: roomCount, parley, dataDir }) {
  if (!existsSync(parley)) throw new Error(`${parley} is missing: build Parley first (npm run build).`);
  const server = await startServer({
    args: [parley],
    core,
    ready,
    // Empty is absent: whatever database this shell knows is not the one to fill with messages.
    env: { PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, DATABASE_URL: '', REDIS_URL: '', LOG_LEVEL: 'warn' },
  });
  try {
    return await prepare(server, { port: Number(server.match[1]), roomCount });
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** @param {Awaited<ReturnType<typeof startServer>>} server @param {{ port: number, roomCount: number }} options */
async function prepare({ pid, ended, stop }, { port, roomCount }) {
  const api = new Api(port);
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

/** What is prepared over HTTP. */
class Api {
  #origin;

  /** @param {number} port */
  constructor(port) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** @param {string} displayName @returns {Promise<string>} the token */
  async signIn(displayName) {
    return (await this.#mutate(null, createGuestSession, { displayName })).accessToken;
  }

  /** @param {string} token @param {string} name @returns {Promise<string>} the room's id */
  async createRoom(token, name) {
    return (await this.#mutate(token, createRoom, { kind: 'CHANNEL', name })).room.id;
  }

  /** @param {string} token @param {string} roomId */
  async joinRoom(token, roomId) {
    await this.#mutate(token, joinRoom, { roomId });
  }

  /** The sum over all labels; null if there is no such metric. @param {string} name @returns {Promise<number | null>} */
  async metric(name) {
    const response = await fetch(`${this.#origin}/metrics`);
    const samples = [...(await response.text()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))];
    return samples.length === 0 ? null : samples.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** @param {string | null} token @param {string} query @param {object} input */
  async #mutate(token, query, input) {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const body = JSON.stringify({ query, variables: { input } });
    const response = await fetch(`${this.#origin}${path}`, { method: 'POST', headers, body });
    const { data, errors } = await response.json();
    const [payload] = Object.values(data ?? {});
    const [error] = errors ?? payload?.userErrors ?? [];
    if (error || !payload) throw new Error(`Parley refused ${JSON.stringify(input)}: ${error?.message}`);
    return payload;
  }
}

/** `sendMessage` over WebSocket, by several people. */
class Sending {
  /** @type {Promise<unknown>} */
  ready;
  /** Resolves with the reason when a message was refused. @type {Promise<string>} */
  failed;

  /** Of everybody. @type {Connection[]} */
  #connections;
  /** Of the owner, who owns all rooms. @type {Connection[]} */
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
    for (const connection of this.#all()) connection.onLost = (why) => this.#fail(`a sender was cut off: ${why}`);
    this.ready = Promise.all(this.#all().map(({ ready }) => ready));
  }

  /** A single message is the owner's; several are everybody's, in turn, one write each. @param {string} room @param {string[]} texts */
  send(room, texts) {
    this.#underWay += texts.length;
    if (texts.length === 1) return this.#owners[this.#nextId % ownerConnections].send(this.#operation(room, texts[0]));
    const share = Math.ceil(texts.length / this.#connections.length);
    for (const [index, connection] of this.#connections.entries()) {
      const own = texts.slice(index * share, (index + 1) * share);
      if (own.length > 0) connection.sendAll(own.map((text) => this.#operation(room, text)));
    }
  }

  /** Resolves when nothing is under way. @returns {Promise<void>} */
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

/**
 * The results of `make(0)`, `make(1)` …, a few under way at a time.
 * @template Result
 * @param {number} count @param {(index: number) => Promise<Result>} make
 */
async function times(count, make) {
  /** @type {Result[]} */
  const results = [];
  for (let first = 0; first < count; first += requestsAtOnce) {
    const length = Math.min(requestsAtOnce, count - first);
    results.push(...(await Promise.all(Array.from({ length }, (_, index) => make(first + index)))));
  }
  return results;
}
