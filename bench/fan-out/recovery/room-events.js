import { path } from '../../parley.js';
import { graphqlTransportWs } from '../protocols/graphql-transport-ws.js';

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    status cursor positionBefore positionAfter
    events { eventNumber ... on MessageAddedEvent { message { id sequence text createdAt author { displayName } } } }
  }
}`;

/** Follows Parley's `roomEvents`, and checks that positions continue without a gap or a repetition. */
export class RoomEvents {
  isBack = false;

  #roomId;
  #token;
  /** Cursor of the last frame. @type {string | null} */
  #cursor = null;
  /** @type {number | null} */
  #position = null;

  /** @param {string} roomId @param {string} token */
  constructor(roomId, token) {
    this.#roomId = roomId;
    this.#token = token;
  }

  /** Returns a subscription after the last cursor, if there is one. */
  protocol() {
    this.isBack = false;
    const variables = { roomId: this.#roomId, after: this.#cursor };
    return graphqlTransportWs({ path, query, variables, connectionParams: { token: this.#token } });
  }

  /** Reads a frame. Returns what is wrong with it, if anything. @param {Buffer} message */
  take(message) {
    this.isBack = true;
    if (message.includes('"status":"RESET"')) return 'got RESET';
    const [last, before] = [this.#position, Number.parseInt(textAfter(message, '"positionBefore":'), 10)];
    this.#position = Number.parseInt(textAfter(message, '"positionAfter":'), 10);
    this.#cursor = textAfter(message, '"cursor":"').split('"')[0];
    return last === null || last === before ? undefined : `${before} came after ${last}`;
  }
}

/** @param {Buffer} message @param {string} key */
function textAfter(message, key) {
  const at = message.indexOf(key);
  if (at === -1) throw new Error(`No ${key} in ${message.toString('utf8', 0, 300)}`);
  return message.toString('latin1', at + key.length, at + key.length + 200);
}
