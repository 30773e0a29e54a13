import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { batchEvents } from '../../src/live/limits.ts';
import { Follower } from '../support/follower.ts';
import { otherEnd } from '../support/other-end.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(async () => {
  await Promise.all([ada.close(), grace.close()]);
  await server.close();
});

const query = `subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { message { sequence text } } }`;

async function sendMany(roomId: string, count: number, text: string): Promise<void> {
  for (let sent = 0; sent < count; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => say(ada, roomId, `${sent + index} ${text}`)));
  }
}

test('a slow reader keeps nobody waiting, costs no more than its budget, and has everything in the end', async () => {
  const room = await makeGroup(ada, 'Slow lane', [grace]);
  const slow = await RawSocket.ready(server.url, grace.token);
  slow.send({ id: 'slow', type: 'subscribe', payload: { query, variables: { roomId: room } } });
  await server.untilFollowed(room);
  const quick = await Follower.of(ada, room);
  const before = quick.position;

  slow.tcp.pause();
  const text = '🐌'.repeat(3900); // 16 KB: the kernel takes some megabytes before this process notices
  const heapBefore = process.memoryUsage().rss;
  await sendMany(room, 700, text);
  await quick.untilAt(before + 700);
  quick.expectNothingMissed();
  expect(server.app.audiences.members).toBe(1); // the slow one has left: it is with nobody
  const waiting = otherEnd(slow.tcp).writableLength;
  expect(waiting).toBeGreaterThan(0); // else nothing was slow
  expect(waiting).toBeLessThan(64 * 1024 + batchEvents * (text.length + 200));
  expect(process.memoryUsage().rss - heapBefore).toBeLessThan(200 * 1024 * 1024);

  slow.tcp.resume();
  const sequences: number[] = [];
  while (sequences.length < 700) {
    const frame = (await slow.next()) as { payload: { data: { messageAdded: { message: { sequence: number } } } } };
    sequences.push(frame.payload.data.messageAdded.message.sequence);
  }
  const first = sequences[0]!;
  expect(sequences).toEqual(Array.from({ length: 700 }, (_, index) => first + index));
  await until(() => server.app.audiences.members === 2); // and it is back with those who asked the same
  slow.close();
}, 60_000);

/**
 * Has the server validate documents. Those that it knows are taken from a socket as they come; new ones one by one, and no
 * more once the socket has much to read.
 */
async function makeKnown(documents: readonly string[]): Promise<void> {
  const socket = await RawSocket.ready(server.url, ada.token);
  for (const [n, query] of documents.entries()) {
    socket.send({ id: `${n}`, type: 'subscribe', payload: { query, variables: { roomId: 'nowhere' } } });
  }
  socket.send({ type: 'ping' });
  for (let frame = await socket.next(); !('type' in frame && frame.type === 'pong'); ) frame = await socket.next();
  socket.close();
}

test('forty subscriptions on one socket that does not read cost what one does', async () => {
  const room = await makeGroup(ada, 'Queue', [grace]);
  const { cursor } = (await Follower.of(ada, room)).frames[0]!;
  await sendMany(room, 150, '🐌'.repeat(3900));
  const all = Array.from({ length: 40 }, (_, n) => {
    const aliases = Array.from({ length: 29 }, (_, index) => `a${n}x${index}: text`).join(' ');
    const events = `events { ... on MessageAddedEvent { message { ${aliases} } } }`;
    return `subscription ($roomId: ID!, $after: StreamCursor) { roomEvents(roomId: $roomId, after: $after) { ${events} } }`;
  });
  await makeKnown(all);
  const deaf = await RawSocket.ready(server.url, grace.token);
  deaf.tcp.pause();
  const before = process.memoryUsage().rss;

  deaf.tcp.cork();
  for (const [n, query] of all.entries()) {
    deaf.send({ id: `${n}`, type: 'subscribe', payload: { query, variables: { roomId: room, after: cursor } } });
  }
  deaf.tcp.uncork();
  await server.untilFollowed(room, 41);
  // Whoever comes after them is served after them: what they would have been sent is made by then.
  const quick = await Follower.of(ada, room, cursor);
  await quick.untilHeard(`149 ${'🐌'.repeat(3900)}`);

  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  expect(otherEnd(deaf.tcp).writableLength).toBeLessThan(4 * 1024 * 1024);
  deaf.close();
  await quick.hangUp();
}, 60_000);

test('a peer that never reads at all does not hold up the end of the server’s work for it', async () => {
  const room = await makeGroup(ada, 'Wall', [grace]);
  const deaf = await RawSocket.ready(server.url, grace.token);
  deaf.send({ id: 'deaf', type: 'subscribe', payload: { query, variables: { roomId: room } } });
  await server.untilFollowed(room);
  deaf.tcp.pause();
  await sendMany(room, 100, '🐌'.repeat(3900));

  deaf.tcp.destroy();

  await server.untilDeserted(room);
});

test('half a frame is no reason to wait', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write('GET /graphql HTTP/1.1\r\n');

  await say(ada, await makeGroup(ada, 'Elsewhere'), 'Still here');

  socket.destroy();
});
