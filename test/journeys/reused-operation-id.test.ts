import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

const subscribe = (id: string, roomId: string) =>
  JSON.stringify({
    id,
    type: 'subscribe',
    payload: { query: `subscription { roomEvents(roomId: "${roomId}") { status positionAfter } }` },
  });
const complete = (id: string) => JSON.stringify({ id, type: 'complete' });

test('reused operation id: Complete and Subscribe in one TCP segment, fifty times, leave one live operation', async () => {
  const room = await makeGroup(ada, 'Again');
  const socket = await RawSocket.ready(server.url, ada.token);
  const tcp = (socket.socket as unknown as { _socket: Socket })._socket;
  socket.send(subscribe('again', room));
  expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });

  for (let time = 0; time < 50; time += 1) {
    tcp.cork();
    socket.send(complete('again'));
    socket.send(subscribe('again', room));
    tcp.uncork();
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'LIVE' } } } });
  }
  await say(ada, room, 'Still there?');

  expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });
  expect(server.followers(room)).toBe(1);
  socket.close();
  await server.untilDeserted(room);
});

test('what is completed before its turn never starts', async () => {
  const room = await makeGroup(ada, 'Never');
  const socket = await RawSocket.ready(server.url, ada.token);
  for (const message of [
    subscribe('x', room),
    complete('x'),
    subscribe('x', room),
    complete('x'),
    subscribe('y', room),
  ]) {
    socket.send(message);
  }

  expect(await socket.next()).toMatchObject({ id: 'y', type: 'next' });
  expect(server.followers(room)).toBe(1);
  socket.close();
});

test.each([
  ['a quotation mark', '"'],
  ['a backslash and a line break', '\\\n'],
  ['an emoji', '👋🏽'],
  ['10,000 characters', 'x'.repeat(10_000)],
])('an operation id may be %s', async (_what, id) => {
  const room = await makeGroup(ada, 'Names');
  const socket = await RawSocket.ready(server.url, ada.token);

  socket.send(subscribe(id, room));
  expect(await socket.next()).toMatchObject({ id, type: 'next' });
  await say(ada, room, 'Hello');

  expect(await socket.next()).toMatchObject({ id, type: 'next' });
  socket.close();
});
