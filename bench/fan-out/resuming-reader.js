import { Connection } from '../connection.js';
import { findTexts } from './message-text.js';
import { Received } from './received.js';

/** Follows the events of a room across reconnects, and checks that positions continue without a gap or a repetition. */
export class ResumingReader {
  /** Cursor of the last frame. @type {string | null} */
  cursor = null;
  received = new Received();
  /** The first few faults. @type {string[]} */
  faults = [];

  #server;
  #reader;
  /** @type {Connection | null} */
  #connection = null;
  /** @type {number | null} */
  #position = null;

  /** @param {import('./contestants.js').Server} server @param {{ room: string, index: number }} reader */
  constructor(server, reader) {
    this.#server = server;
    this.#reader = reader;
  }

  /** Subscribes after the last cursor, if there is one. Resolves when the subscription has been requested. @returns {Promise<void>} */
  connect() {
    const protocol = this.#server.storing?.resumable({ ...this.#reader, after: this.cursor });
    if (!protocol) throw new Error('Only a server that stores can resume.');
    this.#connection = new Connection(this.#server.port, protocol);
    this.#connection.onDelivery = (message) => this.#take(message);
    this.#connection.onLost = (why) => this.#fault(`lost: ${why}`);
    return this.#connection.ready;
  }

  cut() {
    this.#connection?.cut();
  }

  #take(/** @type {Buffer} */ message) {
    if (message.includes('"status":"RESET"')) return this.#fault('got RESET');
    const before = Number.parseInt(textAfter(message, '"positionBefore":'), 10);
    if (this.#position !== null && before !== this.#position) this.#fault(`${before} came after ${this.#position}`);
    this.#position = Number.parseInt(textAfter(message, '"positionAfter":'), 10);
    this.cursor = textAfter(message, '"cursor":"').split('"')[0];
    findTexts(message, (number) => this.received.add(number));
  }

  #fault(/** @type {string} */ what) {
    if (this.faults.length < 3) this.faults.push(what);
  }
}

/** @param {Buffer} message @param {string} key */
function textAfter(message, key) {
  const at = message.indexOf(key);
  if (at === -1) throw new Error(`No ${key} in ${message.toString('utf8', 0, 300)}`);
  return message.toString('latin1', at + key.length, at + key.length + 200);
}
