import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { batchEvents } from '../../src/live/limits.ts';
import { RevokeSessionDocument, RoomEventsDocument } from '../generated/graphql.ts';
import { otherEnd } from '../support/other-end.ts';
import { take } from '../support/person.ts';
import { leave, makeGroup, say } from '../support/rooms.ts';
import { listen, postStream, type ServerSentEvent } from '../support/sse.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionBefore positionAfter }
}`;

/** Returns the next events of a stream, and closes it after them. */
async function events(count: number, body: object, headers: Record<string, string> = {}): Promise<ServerSentEvent[]> {
  const hangUp = new AbortController();
  const heard: ServerSentEvent[] = [];
  for await (const event of postStream(grace, body, { headers, signal: hangUp.signal })) {
    heard.push(event);
    if (heard.length === count) break;
  }
  hangUp.abort();
  return heard;
}

const frameIn = ({ data }: ServerSentEvent) => JSON.parse(data).data.roomEvents;

test('each event has its cursor as id, from which Last-Event-ID resumes unless `after` is later', async () => {
  const roomId = await makeGroup(ada, 'Ids', [grace]);
  const [first] = await events(1, { query, variables: { roomId } });
  const { cursor, positionAfter } = frameIn(first!);
  for (const text of ['One', 'Two', 'Three']) await say(ada, roomId, text);

  const [resumed] = await events(1, { query, variables: { roomId } }, { 'last-event-id': first!.id });
  const after = frameIn(resumed!).cursor;
  const [told] = await events(1, { query, variables: { roomId, after } }, { 'last-event-id': first!.id });
  const [again] = await events(1, { query, variables: { roomId, after: cursor } }, { 'last-event-id': after });

  expect(first?.id).toBe(cursor);
  expect(frameIn(resumed!)).toMatchObject({ status: 'LIVE', positionAfter: positionAfter + 3 });
  expect(resumed?.id).toBe(after);
  expect(frameIn(told!)).toMatchObject({ status: 'LIVE', positionAfter: positionAfter + 3, cursor: after });
  expect(frameIn(again!)).toEqual(frameIn(told!));
});

test('a Last-Event-ID that is not a cursor is refused', async () => {
  const roomId = await makeGroup(ada, 'Strange ids', [grace]);

  const [refusal, end] = await events(2, { query, variables: { roomId } }, { 'last-event-id': '41' });

  expect(JSON.parse(refusal!.data)).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  expect(end?.event).toBe('complete');
});

test('the answer to a query has no id', async () => {
  const [answer] = await events(1, { query: '{ server { version } }' });

  expect(answer).toMatchObject({ event: 'next', id: '' });
});

test('a member who leaves gets that event, then ENDED, and no later event', async () => {
  const roomId = await makeGroup(ada, 'Goodbye', [grace]);
  const results = listen(grace, RoomEventsDocument, { roomId });
  await take(results, 1);

  await say(ada, roomId, 'For Grace');
  await leave(grace, roomId);
  await say(ada, roomId, 'Not for Grace');
  const frames = [];
  for (let next = await results.next(); !next.done; next = await results.next())
    frames.push(next.value.data!.roomEvents);

  const heard = frames.flatMap((frame) => frame.events);
  expect(heard).toMatchObject([{ message: { text: 'For Grace' } }, { membership: { state: 'LEFT' } }]);
  expect(frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: heard.at(-1)?.eventNumber });
  await server.untilDeserted(roomId);
});

test('the stream of a revoked session ends with ENDED', async () => {
  const { eve } = await server.people('Eve');
  const roomId = await makeGroup(eve, 'Lost phone');
  const results = listen(eve, RoomEventsDocument, { roomId });
  await take(results, 1);

  await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });

  expect((await take(results, 1))[0]?.roomEvents.status).toBe('ENDED');
  expect(await results.next()).toMatchObject({ done: true });
  await server.untilDeserted(roomId);
});

/** Asks for a stream and reads nothing of it. */
async function deafStream(roomId: string, accept = 'text/event-stream'): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const all =
    'subscription { roomEvents(roomId: "ROOM") { events { ... on MessageAddedEvent { message { text } } } } }';
  const body = JSON.stringify({ query: all.replace('ROOM', roomId) });
  const headers = `host: here\r\naccept: ${accept}\r\nauthorization: Bearer ${grace.token}`;
  const type = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.pause();
  socket.write(`POST /graphql HTTP/1.1\r\n${headers}\r\n${type}\r\n\r\n${body}`);
  return socket;
}

test('a client that does not read has at most one batch waiting, and leaves nothing behind when it is cut', async () => {
  const roomId = await makeGroup(ada, 'Deaf', [grace]);
  const deaf = await deafStream(roomId);
  await server.untilFollowed(roomId);
  const quick = listen(ada, RoomEventsDocument, { roomId });
  const [start] = await take(quick, 1);
  const end = start!.roomEvents.positionAfter + 4000;

  await storeMessages(server, roomId, { author: ada, count: 4000, text: 'x'.repeat(4000) }); // more than the kernel takes
  while ((await take(quick, 1))[0]!.roomEvents.positionAfter < end);
  const waiting = otherEnd(deaf).writableLength;
  expect(waiting).toBeGreaterThan(0); // else this proves nothing
  expect(waiting).toBeLessThan(2 * batchEvents * 4200);

  deaf.destroy();
  await quick.return?.();
  await server.untilDeserted(roomId);
});

test('a client that hangs up while its stream begins leaves nothing behind', async () => {
  const roomId = await makeGroup(ada, 'Hasty', [grace]);

  for (let round = 0; round < 40; round += 1) {
    const hasty = await deafStream(roomId);
    const end = otherEnd(hasty);
    await pause(round % 8);
    hasty.resetAndDestroy();
    await until(() => end.destroyed);
  }

  await say(ada, roomId, 'Still here?');
  await server.untilDeserted(roomId);
});

test('a client that does not accept streams is refused and leaves nothing behind', async () => {
  const roomId = await makeGroup(ada, 'Plain', [grace]);

  const socket = await deafStream(roomId, 'application/json');
  const [answer] = await once(socket.resume(), 'data');

  expect(String(answer)).toMatch(/^HTTP\/1.1 406 /);
  await server.untilDeserted(roomId);
  socket.destroy();
});

describe('curl', () => {
  const testWithCurl = spawnSync('curl', ['--version']).status === 0 ? test : test.skip;

  /** `curl -N` on a subscription, with what it has printed so far. */
  function curl(query: string, variables: object, ...more: string[]): { child: ChildProcess; printed: () => string } {
    const headers = [
      ...more,
      'accept: text/event-stream',
      'content-type: application/json',
      `authorization: Bearer ${ada.token}`,
    ].flatMap((header) => ['-H', header]);
    const child = spawn('curl', ['-sN', server.url, ...headers, '-d', JSON.stringify({ query, variables })]);
    let printed = '';
    child.stdout.on('data', (text) => {
      printed += text;
    });
    return { child, printed: () => printed };
  }

  const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor events { ... on MessageAddedEvent { message { text } } } }
}`;

  testWithCurl('follows a room, resumes where it was killed, and leaves nothing behind', async () => {
    const roomId = await makeGroup(ada, 'Terminal');
    const first = curl(query, { roomId });
    await until(() => first.printed().includes('"status":"LIVE"'));

    await say(ada, roomId, 'One');
    await until(() => first.printed().includes('"text":"One"'));
    first.child.kill('SIGKILL');
    await server.untilDeserted(roomId);

    const cursors = [...first.printed().matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
    await say(ada, roomId, 'Two');
    const second = curl(query, { roomId, after: cursors.at(-1) });
    await until(() => second.printed().includes('"text":"Two"'));
    expect(second.printed()).not.toContain('"text":"One"');
    second.child.kill();
  });

  testWithCurl('resumes by the id of the last event, as a browser does', async () => {
    const roomId = await makeGroup(ada, 'Browser');
    const plain = 'subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { message { text } } }';
    const first = curl(plain, { roomId });
    await server.untilFollowed(roomId);
    await say(ada, roomId, 'One');
    const whole = /"text":"One".*\nid: (\S+)\n\n/;
    await until(() => whole.test(first.printed()));
    first.child.kill();
    await server.untilDeserted(roomId);
    await say(ada, roomId, 'Two');

    const [, id] = whole.exec(first.printed())!;
    const second = curl(plain, { roomId }, `last-event-id: ${id}`);
    await until(() => second.printed().includes('"text":"Two"'));

    expect(second.printed()).not.toContain('"text":"One"');
    second.child.kill();
  });
});
