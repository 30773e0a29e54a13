import { NatsScanner } from './nats-scanner.js';

/**
 * The text protocol of NATS over WebSocket: subscribes to the room's subject. Without a room, it only connects.
 * @param {{ room?: string }} subscription
 * @returns {import('../../connection.js').Protocol}
 */
export function nats({ room }) {
  return {
    path: '/',
    onOpen: () => {},
    scannerOf: (onMessage) => new NatsScanner(onMessage),
    owns: (connection, message) => {
      const verb = message.toString('latin1', 0, 4);
      if (verb === 'INFO') connection.send(`${connect}${room === undefined ? '' : `SUB ${room} 1\r\n`}PING\r\n`);
      else if (verb === 'PING') connection.send('PONG\r\n');
      else if (verb === 'PONG') connection.subscribed();
      else if (verb === '-ERR') connection.refuse(`NATS refused: ${message}`);
      else return false;
      return true;
    },
  };
}

const connect = `CONNECT ${JSON.stringify({ verbose: false, pedantic: false, name: 'bench' })}\r\n`;

/** Returns the request that publishes a message. @param {string} room @param {string} payload */
export function publishing(room, payload) {
  return `PUB ${room} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
}
