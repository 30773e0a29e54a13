import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { batchEvents } from '../../src/live/batch-size.ts';
import { RevokeSessionDocument, RoomEventsDocument } from '../generated/graphql.ts';
import { otherEnd } from '../support/other-end.ts';
import { type Person, people, take } from '../support/person.ts';
import { leave, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { listen, postStream, type ServerSentEvent } from '../support/sse.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(() => server.close());

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) { status cursor positionAfter }
}`;

/** The next events of a stream, hung up after them. */
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

test('each event has its cursor as id, and goes on from there by Last-Event-ID, unless `after` says otherwise', async () => {
  const roomId = await makeGroup(ada, 'Ids', [grace]);
  const [first] = await events(1, { query, variables: { roomId } });
  const { cursor, positionAfter } = frameIn(first!);
  for (const text of ['One', 'Two', 'Three']) await say(ada, roomId, text);

  const [resumed] = await events(1, { query, variables: { roomId } }, { 'last-event-id': first!.id });
  const after = frameIn(resumed!).cursor;
  const [told] = await events(1, { query, variables: { roomId, after } }, { 'last-event-id': first!.id });

  expect(first?.id).toBe(cursor);
  expect(frameIn(resumed!)).toMatchObject({ status: 'LIVE', positionAfter: positionAfter + 3 });
  expect(resumed?.id).toBe(after);
  expect(frameIn(told!)).toMatchObject({ status: 'LIVE', positionAfter: positionAfter + 3, cursor: after });
});

test('an id that is no cursor is refused', async () => {
  const roomId = await makeGroup(ada, 'Strange ids', [grace]);

  const [refusal, end] = await events(2, { query, variables: { roomId } }, { 'last-event-id': '41' });

  expect(JSON.parse(refusal!.data)).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  expect(end?.event).toBe('complete');
});

test('a query has no id', async () => {
  const [answer] = await events(1, { query: '{ server { version } }' });

  expect(answer).toMatchObject({ event: 'next', id: '' });
});

test('who leaves gets the event, the end and nothing after it', async () => {
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

test('a revoked session’s stream ends with a word', async () => {
  const { eve } = await people(server.url, 'Eve');
  const roomId = await makeGroup(eve, 'Lost phone');
  const results = listen(eve, RoomEventsDocument, { roomId });
  await take(results, 1);

  await eve.ask(RevokeSessionDocument, { input: { sessionId: eve.sessionId } });

  expect((await take(results, 1))[0]?.roomEvents.status).toBe('ENDED');
  expect(await results.next()).toMatchObject({ done: true });
  await server.untilDeserted(roomId);
});

/** Long messages, more than the kernel takes for a peer that does not read. */
async function flood(roomId: string, count: number): Promise<void> {
  const { prisma } = server.app.services;
  const room = innerId('Room', roomId);
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text")
      SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, ${innerId('User', ada.id)}::uuid,
        repeat('x', 4000)
      FROM "RoomHead", generate_series(1, ${count}::int) n WHERE "roomId" = ${room}::uuid`,
    prisma.$executeRaw`
      UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + ${count}::int,
        "lastEventNumber" = "lastEventNumber" + ${count}::int, "lastEventAt" = now() WHERE "roomId" = ${room}::uuid`,
  ]);
}

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

test('for a peer that does not read, one batch waits and no more; when it is killed, nothing is left', async () => {
  const roomId = await makeGroup(ada, 'Deaf', [grace]);
  const deaf = await deafStream(roomId);
  await server.untilFollowed(roomId);
  const quick = listen(ada, RoomEventsDocument, { roomId });
  const [start] = await take(quick, 1);
  const end = start!.roomEvents.positionAfter + 4000;

  await flood(roomId, 4000);
  while ((await take(quick, 1))[0]!.roomEvents.positionAfter < end);
  const waiting = otherEnd(deaf).writableLength;
  expect(waiting).toBeGreaterThan(0); // else this proves nothing
  expect(waiting).toBeLessThan(2 * batchEvents * 4200);

  deaf.destroy();
  await quick.return?.();
  await server.untilDeserted(roomId);
});

test('nothing is left of who hangs up while the stream is being made, at whatever moment', async () => {
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

test('nothing is left of a subscription that was refused because its client accepts no stream', async () => {
  const roomId = await makeGroup(ada, 'Plain', [grace]);

  const socket = await deafStream(roomId, 'application/json');
  const [answer] = await once(socket.resume(), 'data');

  expect(String(answer)).toMatch(/^HTTP\/1.1 406 /);
  await server.untilDeserted(roomId);
  socket.destroy();
});
