import { engineIoPath } from '../protocols/engine-io.js';

/**
 * Follows a room of Socket.IO with connection state recovery: it names its session and the offset of the last event, and
 * the server restores its room and sends what it missed.
 */
export class ConnectionState {
  isBack = false;

  #room;
  /** @type {string | null} */
  #session = null;
  #offset = '';
  /** @type {string | undefined} */
  #fault;

  /** @param {string} room */
  constructor(room) {
    this.#room = room;
  }

  /** @returns {import('../../connection.js').Protocol} */
  protocol() {
    this.isBack = false;
    return {
      path: engineIoPath,
      onOpen: (connection) => {
        connection.send(
          this.#session === null ? '40' : `40${JSON.stringify({ pid: this.#session, offset: this.#offset })}`,
        );
        connection.subscribed();
      },
      owns: (connection, message) => {
        const type = message.toString('latin1', 0, 2);
        if (type === '42') return false;
        if (type[0] === '2') connection.send('3');
        if (type === '40') this.#connected(connection, JSON.parse(message.toString('utf8', 2)));
        if (type === '43') this.isBack = true;
        return true;
      },
    };
  }

  /** Reads an event; its last argument is its offset. @param {Buffer} message */
  take(message) {
    const end = message.lastIndexOf('"');
    this.#offset = message.toString('latin1', message.lastIndexOf('"', end - 1) + 1, end);
    return this.#fault;
  }

  #connected(
    /** @type {import('../../connection.js').Connection} */ connection,
    /** @type {{ pid: string }} */ { pid },
  ) {
    if (this.#session === pid) this.isBack = true;
    else {
      if (this.#session !== null) this.#fault = 'the session was not recovered';
      connection.send(`420${JSON.stringify(['join', this.#room])}`);
    }
    this.#session = pid;
  }
}
