import { Connection } from './connection.js';

/**
 * The format of requests and answers inside WebSocket frames.
 * @typedef {object} Dialect
 * @property {string} path
 * @property {string} [subprotocol]
 * @property {string} [greeting] first message, if the server expects one; the server then announces that it is ready
 * @property {(id: string, question: any) => string} write
 * @property {(text: string) => Answer} read
 */

/** @typedef {{ isReady?: boolean, reply?: string, id?: string, value?: any, error?: string }} Answer `reply` is to be sent back */

/** Sends requests to a server over its own WebSocket; many requests may be in progress. */
export class Caller {
  /** Settles when the server accepts requests. @type {Promise<void>} */
  ready;

  #dialect;
  #connection;
  #nextId = 1;
  /** @type {Map<string, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {number} port @param {Dialect} dialect */
  constructor(port, dialect) {
    this.#dialect = dialect;
    const { path, subprotocol, greeting } = dialect;
    this.#connection = new Connection(port, {
      path,
      subprotocol,
      onOpen: (connection) => (greeting === undefined ? connection.subscribed() : connection.send(greeting)),
      owns: (connection, message) => {
        this.#take(connection, dialect.read(message.toString()));
        return true;
      },
    });
    this.#connection.onLost = (why) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(why));
    };
    this.ready = this.#connection.ready;
  }

  /** Resolves with the answer. @param {any} question @returns {Promise<any>} */
  ask(question) {
    return this.askAll([question])[0];
  }

  /** Sends several requests in one write. Returns a promise of each answer. @param {any[]} questions @returns {Promise<any>[]} */
  askAll(questions) {
    const asked = questions.map((question) => this.#expect(question));
    this.#connection.sendAll(asked.map(({ request }) => request));
    return asked.map(({ answer }) => answer);
  }

  close() {
    this.#connection.close();
  }

  #expect(/** @type {any} */ question) {
    const id = String(this.#nextId++);
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    return { request: this.#dialect.write(id, question), answer };
  }

  #take(/** @type {Connection} */ connection, /** @type {Answer} */ { isReady, reply, id = '', value, error }) {
    if (isReady) connection.subscribed();
    if (reply) connection.send(reply);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(value);
    else waiting.reject(new Error(error));
  }
}

/**
 * The graphql-transport-ws protocol. With a fixed operation, a request is its variables; without one, it is
 * `{ query, variables }`. An answer is the data.
 * @param {{ path: string, query?: string, connectionParams: object }} operation
 * @returns {Dialect}
 */
export function graphqlDialect({ path, query, connectionParams }) {
  return {
    path,
    subprotocol: 'graphql-transport-ws',
    greeting: JSON.stringify({ type: 'connection_init', payload: connectionParams }),
    write: (id, question) =>
      JSON.stringify({
        id,
        type: 'subscribe',
        payload: query === undefined ? question : { query, variables: question },
      }),
    read: (text) => {
      const { type, id, payload } = JSON.parse(text);
      if (type === 'connection_ack') return { isReady: true };
      if (type === 'ping') return { reply: '{"type":"pong"}' };
      if (type === 'error') return { id, error: payload[0].message };
      if (type !== 'next') return {};
      return payload.errors ? { id, error: payload.errors[0].message } : { id, value: payload.data };
    },
  };
}

/** Plain JSON: a request and its answer have the same id. @param {string} path @returns {Dialect} */
export function jsonDialect(path) {
  return {
    path,
    write: (id, question) => JSON.stringify({ id, ...question }),
    read: (text) => {
      const { id, error, ...value } = JSON.parse(text);
      return { id, error, value };
    },
  };
}

/**
 * Socket.IO 5 in Engine.IO 4 with one fixed event: a request is its argument, an answer the argument of the
 * acknowledgement.
 * @param {{ path: string, event: string }} options
 * @returns {Dialect}
 */
export function socketIoDialect({ path, event }) {
  return {
    path,
    greeting: '40',
    write: (id, question) => `42${id}${JSON.stringify([event, question])}`,
    read: (text) => {
      if (text[0] === '2') return { reply: '3' };
      if (text.startsWith('40')) return { isReady: true };
      const [, id, answers] = /^43(\d+)(\[.*)$/s.exec(text) ?? [];
      if (id === undefined) return {};
      const [{ error, ...value }] = JSON.parse(answers);
      return { id, error, value };
    },
  };
}
