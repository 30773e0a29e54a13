// ws, even without its `send`: the frame is built once, and its bytes are written directly to each TCP socket. No program
// in Node.js that writes to every socket costs less, so this is the lower bound for the others.
import { createServer } from 'node:http';
import { Sender } from 'ws';
import { announce } from '../../announce.js';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';
import { serveRooms } from './rooms.js';

const server = createServer();
const rooms = serveRooms(server);

publishFromInput((room, text) => {
  const message = Buffer.from(JSON.stringify({ type: 'messageAdded', message: newMessage(text) }));
  const options = { fin: true, opcode: 1, rsv1: false, mask: false, readOnly: true };
  const frame = Buffer.concat(/** @type {Buffer[]} */ (Sender.frame(message, options)));
  for (const socket of rooms.get(room) ?? []) socket._socket.write(frame);
});
announce(server);
