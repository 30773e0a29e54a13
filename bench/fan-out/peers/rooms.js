import { WebSocketServer } from 'ws';

/** A ws server as in its documentation. The address of a connection names the room. @param {import('node:http').Server} server */
export function serveRooms(server) {
  /** @type {Map<string, Set<import('ws').WebSocket>>} */
  const rooms = new Map();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const room = new URL(request.url ?? '/', 'http://peer').searchParams.get('room') ?? '';
    const members = rooms.get(room) ?? new Set();
    rooms.set(room, members.add(socket));
    socket.on('error', () => {});
    socket.on('close', () => members.delete(socket));
  });
  return rooms;
}
