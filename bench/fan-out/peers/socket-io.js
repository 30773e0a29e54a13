// Socket.IO with its defaults: rooms, in-memory adapter, no compression.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from '../../announce.js';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';

const server = createServer();
const io = new Server(server, { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('join', (room) => socket.join(room));
});

publishFromInput((room, text) => {
  io.to(room).emit('messageAdded', { message: newMessage(text) });
});
announce(server);
