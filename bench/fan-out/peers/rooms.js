import { WebSocketServer } from 'ws';

/** A ws server as its documentation has it, which knows who is in which room by the address they connect to. @param {import('node:http').Server} server */
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
