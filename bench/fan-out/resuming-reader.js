import { Connection } from '../connection.js';
import { findTexts } from './message-text.js';
import { Received } from './received.js';

/** Follows a room across reconnects, and records what it receives. */
export class ResumingReader {
  received = new Received();
  /** The first few faults. @type {string[]} */
  faults = [];

  #port;
  #state;
  /** @type {Connection | null} */
  #connection = null;

  /** @param {number} port @param {import('./contestants.js').ReaderState} state */
  constructor(port, state) {
    this.#port = port;
    this.#state = state;
  }

  /** Whether the server has accepted the subscription since the last `connect`. */
  get isBack() {
    return this.#state.isBack;
  }

  /** Subscribes, after what it has received before. Resolves when the subscription has been requested. @returns {Promise<void>} */
  connect() {
    this.#connection = new Connection(this.#port, this.#state.protocol());
    this.#connection.onDelivery = (message) => {
      this.#fault(this.#state.take(message));
      findTexts(message, (number) => this.received.add(number));
    };
    this.#connection.onLost = (why) => this.#fault(`lost: ${why}`);
    return this.#connection.ready;
  }

  cut() {
    this.#connection?.cut();
  }

  #fault(/** @type {string | undefined} */ what) {
    if (what !== undefined && this.faults.length < 3) this.faults.push(what);
  }
}
