// Socket.IO with connection state recovery, as its documentation shows it: its in-memory adapter keeps sessions and events
// for two minutes.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from '../../announce.js';
import { publishFromInput } from './control.js';
import { newMessage } from './message.js';

const server = createServer();
const connectionStateRecovery = { maxDisconnectionDuration: 2 * 60 * 1000, skipMiddlewares: true };
const io = new Server(server, { transports: ['websocket'], connectionStateRecovery });
io.on('connection', (socket) => {
  socket.on('join', (room, acknowledge) => {
    socket.join(room);
    acknowledge();
  });
});

publishFromInput((room, text) => {
  io.to(room).emit('messageAdded', { message: newMessage(text) });
});
announce(server);
