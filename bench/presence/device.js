import { randomUUID } from 'node:crypto';
import { Connection } from '../connection.js';
import { path } from '../parley.js';

/** A subscription. @typedef {{ query: string, variables?: object }} Operation */

/** A device of a signed-in user: a connection whose subscriptions start and end. */
export class Device {
  connection;
  /** Settles when the server has accepted the device. @type {Promise<void>} */
  ready;

  /** Handlers for the results of the operations in progress, by id. @type {Map<string, (data: any) => void>} */
  #operations = new Map();

  /** @param {number} port @param {string} token */
  constructor(port, token) {
    this.connection = new Connection(port, {
      path,
      subprotocol: 'graphql-transport-ws',
      onOpen: (connection) => connection.send(JSON.stringify({ type: 'connection_init', payload: { token } })),
      owns: (connection, message) => {
        this.#take(connection, JSON.parse(message.toString()));
        return true;
      },
    });
    this.ready = this.connection.ready;
  }

  /** Starts a subscription. Returns a function that ends it. @param {Operation} operation @param {(data: any) => void} onNext */
  subscribe(operation, onNext) {
    const id = randomUUID();
    this.#operations.set(id, onNext);
    this.connection.send(JSON.stringify({ id, type: 'subscribe', payload: operation }));
    return () => {
      this.#operations.delete(id);
      this.connection.send(JSON.stringify({ id, type: 'complete' }));
    };
  }

  #take(/** @type {Connection} */ connection, /** @type {{ type: string, id: string, payload?: any }} */ message) {
    const { type, id, payload } = message;
    if (type === 'connection_ack') connection.subscribed();
    if (type === 'ping') connection.send('{"type":"pong"}');
    const onNext = this.#operations.get(id);
    if (!onNext) return;
    if (type === 'next' && !payload.errors) onNext(payload.data);
    else connection.refuse(`The subscription ended: ${JSON.stringify(message)}`);
  }
}
