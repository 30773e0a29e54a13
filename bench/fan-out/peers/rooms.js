import { Sender, WebSocketServer } from 'ws';

/**
 * A ws server as in its documentation. The address of a connection names the room, and the user of a sender.
 * @param {import('node:http').Server} server
 * @param {(socket: import('ws').WebSocket, user: string) => void} [onSocket]
 */
export function serveRooms(server, onSocket = () => {}) {
  /** @type {Map<string, Set<import('ws').WebSocket>>} */
  const rooms = new Map();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket, request) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://peer');
    const room = searchParams.get('room') ?? '';
    const members = rooms.get(room) ?? new Set();
    rooms.set(room, members.add(socket));
    socket.on('error', () => {});
    socket.on('close', () => members.delete(socket));
    onSocket(socket, searchParams.get('user') ?? '');
  });
  return rooms;
}

/** Builds a frame once and writes it to the TCP socket of each member, bypassing ws. @param {Set<import('ws').WebSocket>} [members] @param {object} event */
export function broadcast(members = new Set(), event) {
  const options = { fin: true, opcode: 1, rsv1: false, mask: false, readOnly: true };
  const payload = Buffer.from(JSON.stringify(event));
  const frame = Buffer.concat(/** @type {Buffer[]} */ (Sender.frame(payload, options)));
  for (const socket of members) socket._socket.write(frame);
}
