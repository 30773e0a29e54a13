import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { closeSocket } from '../../src/transport/close-socket.ts';

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterAll(() => server.close());

/** Both ends of a connection. */
async function connected() {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[atServer]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  return { client, atServer: atServer as WebSocket };
}

test.each([
  ['what fits', 'x'.repeat(123), 'x'.repeat(123)],
  ['one letter too many', 'x'.repeat(124), 'x'.repeat(123)],
  ['letters of two bytes', 'ä'.repeat(100), 'ä'.repeat(61)],
  ['emojis after a letter', `x${'👋'.repeat(100)}`, `x${'👋'.repeat(30)}`],
  ['halves of emojis', '\ud83d'.repeat(100), '\ufffd'.repeat(41)],
  ['a megabyte', '€'.repeat(350_000), '€'.repeat(41)],
])('a reason of %s comes as far as a close frame holds it', async (_what, reason, shown) => {
  const { client, atServer } = await connected();

  closeSocket(atServer, 4409, reason);

  const [code, text] = (await once(client, 'close')) as [number, Buffer];
  expect([code, String(text)]).toEqual([4409, shown]);
});

test('an invalid code cuts the connection, and throws nothing', async () => {
  const { client, atServer } = await connected();

  closeSocket(atServer, 5, 'no code');

  expect((await once(client, 'close'))[0]).toBe(1006);
});

test('a socket that is closing, or closed, stays as it is', async () => {
  const { client, atServer } = await connected();
  closeSocket(atServer, 4400, 'first');
  closeSocket(atServer, 4403, 'second');
  const [code] = await once(client, 'close');

  closeSocket(atServer, 4403, 'third');

  expect(code).toBe(4400);
});
