import { graphqlTransportWs } from '../protocols/graphql-transport-ws.js';

/**
 * Subscribes at a graphql-ws server that replays nothing. It is back when the server has acknowledged the connection and
 * has answered a ping that follows the subscription.
 */
export class Acknowledged {
  isBack = false;

  #room;

  /** @param {string} room */
  constructor(room) {
    this.#room = room;
  }

  /** @returns {import('../../connection.js').Protocol} */
  protocol() {
    this.isBack = false;
    const { owns, ...protocol } = graphqlTransportWs({ path: '/graphql', variables: { roomId: this.#room } });
    return {
      ...protocol,
      owns: (connection, message) => {
        const isOwn = owns(connection, message);
        if (isOwn && message.includes('"connection_ack"')) connection.send('{"type":"ping"}');
        if (isOwn && message.includes('"pong"')) this.isBack = true;
        return isOwn;
      },
    };
  }

  take() {
    return undefined;
  }
}
