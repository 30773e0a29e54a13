/**
 * The protocol of the raw ws peers: the address names the room, and every message is a delivery.
 * @param {{ room: string }} subscription
 * @returns {import('../../connection.js').Protocol}
 */
export function plain({ room }) {
  return {
    path: `/?room=${room}`,
    onOpen: (connection) => connection.subscribed(),
    owns: () => false,
  };
}
