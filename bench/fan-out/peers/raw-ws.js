// ws alone: the message is serialised once, and `send` is called for each subscriber.
import { createServer } from 'node:http';
import { announce } from '../../announce.js';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';
import { serveRooms } from './rooms.js';

const server = createServer();
const rooms = serveRooms(server);

publishFromInput((room, text) => {
  const message = JSON.stringify({ type: 'messageAdded', message: newMessage(text) });
  for (const socket of rooms.get(room) ?? []) socket.send(message);
});
announce(server);
