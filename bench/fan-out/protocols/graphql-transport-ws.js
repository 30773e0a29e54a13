import { randomUUID } from 'node:crypto';

/** The operation of every GraphQL contestant. */
export const messageAdded = `subscription MessageAdded($roomId: ID!) {
  messageAdded(roomId: $roomId) { message { id sequence text createdAt author { displayName } } }
}`;

/**
 * One subscription on one connection, with a random id, as the usual clients create it.
 * @param {object} operation
 * @param {string} operation.path
 * @param {string} [operation.query]
 * @param {object} operation.variables
 * @param {object} [operation.connectionParams]
 * @returns {import('../../connection.js').Protocol}
 */
export function graphqlTransportWs({ path, query = messageAdded, variables, connectionParams }) {
  const subscribe = JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query, variables } });
  return {
    path,
    subprotocol: 'graphql-transport-ws',
    onOpen: (connection) => connection.send(JSON.stringify({ type: 'connection_init', payload: connectionParams })),
    owns: (connection, message) => {
      const type = typeOf(message);
      if (type === 'next') return false;
      if (type === 'ping') connection.send('{"type":"pong"}');
      if (type === 'error' || type === 'complete') connection.refuse(`The subscription ended: ${message}`);
      if (type === 'connection_ack') {
        connection.send(subscribe);
        connection.subscribed();
      }
      return true;
    },
  };
}

/** Reads the type without parsing the delivery; `id` and `type` may be in either order. @param {Buffer} message */
function typeOf(message) {
  const start = message.toString('latin1', 0, 80);
  return /"type":"(\w+)"/.exec(start)?.[1] ?? JSON.parse(message.toString()).type;
}
