// ws, even without its `send`: the frame is built once, and its bytes are written directly to each TCP socket. No program
// in Node.js that writes to every socket costs less, so this is the lower bound for the others.
import { createServer } from 'node:http';
import { announce } from '../../announce.js';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';
import { broadcast, serveRooms } from './rooms.js';

const server = createServer();
const rooms = serveRooms(server);

publishFromInput((room, text) => broadcast(rooms.get(room), { type: 'messageAdded', message: newMessage(text) }));
announce(server);
