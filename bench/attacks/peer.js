import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';

// The copy of ws that Parley installs.
const { WebSocket } = createRequire(new URL('../../package.json', import.meta.url))('ws');

/** @param {number} port */
export async function openSocket(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
}

/** Opens a WebSocket that is signed in. @param {number} port @param {string} [token] */
export async function openSignedIn(port, token) {
  const socket = await openSocket(port);
  socket.send(JSON.stringify({ type: 'connection_init', payload: token ? { token } : {} }));
  await once(socket, 'message');
  return socket;
}

/** Opens a TCP connection that sends a text and never reads. @param {number} port @param {string} text */
export async function sendUnread(port, text) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** @param {string} id @param {string} query @param {object} [variables] */
export function subscribe(id, query, variables) {
  return JSON.stringify({ id, type: 'subscribe', payload: { query, variables } });
}

/** @param {number} port @param {object} body @param {Record<string, string>} [headers] */
export async function post(port, body, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
