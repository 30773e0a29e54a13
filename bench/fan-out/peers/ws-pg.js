// A chat on ws as people write it themselves when they care for speed: each message is stored with one statement of pg,
// then its frame is built once and written to each TCP socket. The address of a connection names its room and its user.
import { createServer } from 'node:http';
import { announce } from '../../announce.js';
import { broadcast, serveRooms } from './rooms.js';
import { storeMessage } from './storing.js';

const server = createServer();
const rooms = serveRooms(server, (socket, author) => {
  socket.on('message', async (data) => {
    const { id, room, text } = JSON.parse(data.toString());
    try {
      const message = await storeMessage({ room, author, text });
      broadcast(rooms.get(room), { type: 'messageAdded', message });
      socket.send(JSON.stringify({ id, message: { id: message.id } }));
    } catch (error) {
      socket.send(JSON.stringify({ id, error: error.message }));
    }
  });
});
process.stdin.resume().once('end', () => process.exit(0));
announce(server);
