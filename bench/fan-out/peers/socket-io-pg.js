// A chat on Socket.IO as people write it themselves: a handler that stores each message with one statement of pg, emits it
// to the room, and acknowledges it. The address of a connection names its user.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from '../../announce.js';
import { storeMessage } from './storing.js';

const server = createServer();
const io = new Server(server, { transports: ['websocket'] });
io.on('connection', (socket) => {
  const author = String(socket.handshake.query.user);
  socket.on('join', (room) => socket.join(room));
  socket.on('send', async ({ room, text }, acknowledge) => {
    try {
      const message = await storeMessage({ room, author, text });
      io.to(room).emit('messageAdded', { message });
      acknowledge({ message: { id: message.id } });
    } catch (error) {
      acknowledge({ error: error.message });
    }
  });
});
process.stdin.resume().once('end', () => process.exit(0));
announce(server);
