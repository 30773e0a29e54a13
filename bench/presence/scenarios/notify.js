import { randomUUID } from 'node:crypto';
import { Caller, graphqlDialect } from '../../caller.js';
import { costOf } from '../../cost.js';
import { path } from '../../parley.js';
import { openDevices } from '../devices.js';

const text = 'A message of a hundred characters, as people write them, neither short nor long, and with no secret.';
/** Messages of at least this many bytes are deliveries; other messages of the protocol are shorter. */
const deliveryBytes = 200;
const deliveredWithinMs = 30_000;

const message = 'message { id sequence text createdAt author { displayName } }';
const viewerEvents = (/** @type {string} */ selection) => `subscription Viewer {
  viewerEvents {
    ... on ViewerSnapshot { pendingCount { value } }
    ... on NotificationAdded { ${selection} }
  }
}`;
const roomEvents = `subscription Room($roomId: ID!) {
  roomEvents(roomId: $roomId) {
    status cursor positionBefore positionAfter events { eventNumber ... on MessageAddedEvent { ${message} } }
  }
}`;
const sendMessage = `mutation ($roomId: ID!, $text: String!, $clientMessageId: String!) {
  sendMessage(input: { roomId: $roomId, text: $text, clientMessageId: $clientMessageId }) { userErrors { message } }
}`;

/** The subscriptions of the devices, measured one after the other; a user who follows the room is in it, and is not notified. */
const operations = {
  shared: viewerEvents(`notification { room { id } ${message} }`),
  personal: viewerEvents(`notification { room { id } ${message} } unread { rooms { value } messages { value } }`),
  room: roomEvents,
};

/**
 * A large room in which no user is present, but some members follow their notifications: one message at a time, the next
 * when all of them have received it. Then the same people follow the room itself.
 * @param {import('../place.js').Place} place @param {{ followers: number, forMs: number }} size
 */
export async function notify(place, { followers, forMs }) {
  const [author, ...others] = place.guests;
  const [roomId] = place.rooms;
  const dialect = graphqlDialect({ path, query: sendMessage, connectionParams: { token: author.token } });
  const caller = new Caller(place.port, dialect);
  await caller.ready;
  const send = async () => {
    const { userErrors } = (await caller.ask({ roomId, text, clientMessageId: randomUUID() })).sendMessage;
    if (userErrors.length > 0) throw new Error(`a message was refused: ${userErrors[0].message}`);
  };
  /** @type {Record<string, number>} */
  const values = {};
  for (const [name, query] of Object.entries(operations)) {
    const audience = await Audience.open(place, others.slice(0, followers), { query, variables: { roomId } });
    await audience.inTurns(send, forMs / 4);
    const cost = await costOf(place.pid, () => audience.inTurns(send, forMs), place.databaseParent);
    const frames = cost.result * followers;
    values[`${name}Micros`] = (cost.serverMs * 1000) / frames;
    values[`${name}DatabaseMicros`] = (cost.belowMs * 1000) / frames;
    values[`${name}Ms`] = cost.wallMs / cost.result;
    audience.close();
  }
  caller.close();
  return values;
}

/** Devices with equal subscriptions, which count their deliveries. */
class Audience {
  /** @type {import('../device.js').Device[]} */
  #devices = [];
  #delivered = 0;
  #onDelivered = () => {};
  #failure = '';

  /**
   * Resolves when all devices have received a first result.
   * @param {import('../place.js').Place} place @param {import('../place.js').Guest[]} guests
   * @param {import('../device.js').Operation} operation
   */
  static async open(place, guests, operation) {
    const audience = new Audience();
    audience.#devices = await openDevices(
      place,
      guests,
      (device) => new Promise((resolve) => void device.subscribe(operation, resolve)),
      (why) => {
        audience.#failure ||= why;
      },
    );
    for (const { connection } of audience.#devices) {
      connection.countOnly(deliveryBytes);
      connection.onCount = (messages) => {
        audience.#delivered += messages;
        audience.#onDelivered();
      };
    }
    return audience;
  }

  /** Sends one message at a time for `forMs`; resolves with their number. @param {() => Promise<void>} send @param {number} forMs */
  async inTurns(send, forMs) {
    const until = performance.now() + forMs;
    let messages = 0;
    while (performance.now() < until) {
      this.#delivered = 0;
      await Promise.all([this.#received(), send()]);
      messages += 1;
    }
    return messages;
  }

  close() {
    for (const { connection } of this.#devices) connection.close();
  }

  /** Resolves when each device has received one more delivery. @returns {Promise<void>} */
  #received() {
    return new Promise((resolve, reject) => {
      const tooLate = () =>
        reject(new Error(this.#failure || `${this.#delivered} of ${this.#devices.length} devices received a message`));
      const timer = setTimeout(tooLate, deliveredWithinMs);
      this.#onDelivered = () => {
        if (this.#delivered < this.#devices.length) return;
        clearTimeout(timer);
        if (this.#delivered === this.#devices.length) resolve();
        else reject(new Error('a message was delivered twice'));
      };
    });
  }
}
