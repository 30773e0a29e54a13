const types = { open: 0x30, ping: 0x32, message: 0x34 }; // '0', '2', '4'
const packets = { connected: 0x30, event: 0x32, refused: 0x34 };

export const engineIoPath = '/socket.io/?EIO=4&transport=websocket';

/**
 * Socket.IO 5 in Engine.IO 4, over WebSocket from the start: joins the room with one event and answers heartbeats.
 * @param {{ room: string }} subscription
 * @returns {import('../../connection.js').Protocol}
 */
export function engineIo({ room }) {
  return {
    path: engineIoPath,
    onOpen: () => {},
    owns: (connection, message) => {
      if (message[0] === types.ping) connection.send('3');
      else if (message[0] === types.open) connection.send('40');
      else if (message[0] !== types.message) return true;
      else if (message[1] === packets.event) return false;
      else if (message[1] === packets.refused) connection.refuse(`Socket.IO refused: ${message}`);
      else if (message[1] === packets.connected) {
        connection.send(`42["join","${room}"]`);
        connection.subscribed();
      }
      return true;
    },
  };
}
