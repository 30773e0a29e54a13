/**
 * Of the raw ws peers: the room stands in the address, every message is a delivery.
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
