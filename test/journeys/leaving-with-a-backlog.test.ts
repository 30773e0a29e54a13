import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { innerId } from '../../src/ids.ts';
import { changeRoom } from '../../src/timeline/room-log.ts';
import { RevokeSessionDocument, UpdateRoomDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { holdBack } from '../support/held-back.ts';
import { edit, react, remove } from '../support/messages.ts';
import { Person, people } from '../support/person.ts';
import { nosySubscriptions } from '../support/room-fields.ts';
import { add, done, join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type Frame, RawSocket } from '../support/socket.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
let latecomer: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger, latecomer } = await people(server.url, 'Ada', 'Grace', 'Edsger', 'Latecomer'));
});
afterAll(async () => {
  await Promise.all([ada, grace, edsger, latecomer].map((person) => person.close()));
  await server.close();
});

/** More than a connection's budget, so that what comes after it waits in the log. */
const bulk = '🐌'.repeat(3900);

/** What happens in a room while Grace, who is in it, does not read; answers with the messages that are changed later. */
async function talk(roomId: string) {
  for (let said = 0; said < 12; said += 1) await say(ada, roomId, bulk);
  const changed = await say(ada, roomId, 'Before the end, then edited');
  const deleted = await say(ada, roomId, 'Before the end, then deleted');
  const answer = await say(grace, roomId, 'Hers', { replyToId: changed.id, clientMessageId: 'hers' });
  done(await react(grace, answer.id, '👍'));
  done(await add(ada, roomId, [edsger]));
  done((await ada.ask(UpdateRoomDocument, { input: { roomId, name: 'Before the end' } })).updateRoom);
  await say(edsger, roomId, 'Last before the end');
  return { changed, deleted, answer };
}

/** What happens once she has left; all of it says so. */
async function goOn(roomId: string, { changed, deleted, answer }: Awaited<ReturnType<typeof talk>>): Promise<void> {
  done(await edit(ada, changed.id, 'Edited later'));
  done(await remove(ada, deleted.id));
  done(await react(ada, answer.id, ':later:'));
  done(await add(ada, roomId, [latecomer]));
  done((await ada.ask(UpdateRoomDocument, { input: { roomId, name: 'Renamed later', topic: 'later' } })).updateRoom);
  await leave(edsger, roomId);
  await say(latecomer, roomId, 'Said later');
}

interface Ending {
  /** What was sent, as JSON. */
  text: string;
  results: Record<string, unknown>[];
}

/** The results of an operation on a held-back socket, up to its `complete`. */
async function resultsOn(socket: RawSocket, id: string): Promise<Ending> {
  const results: Record<string, unknown>[] = [];
  for (let frame = await socket.next(); ; frame = await socket.next()) {
    if (!('type' in frame) || frame.id !== id) throw new Error(`Got ${JSON.stringify(frame)}`);
    if (frame.type === 'complete') return { results, text: JSON.stringify(results) };
    results.push(frame.payload as Record<string, unknown>);
  }
}

/** That nothing in the results came after the end, and that what came before it did arrive. */
function expectNothingLater({ text: sent, results }: Ending, end: number): void {
  expect(results.flatMap((result) => result.errors ?? [])).toEqual([]);
  expect(sent).toContain('Last before the end');
  expect(sent).not.toMatch(/later|latecomer/i);
  for (const [, number] of sent.matchAll(/"(?:eventNumber|positionAfter)":(\d+)/g)) {
    expect(Number(number)).toBeLessThanOrEqual(end);
  }
}

/** All texts in results, times included, without those that depend on how they are read. */
function textsIn({ results }: Ending): string[] {
  const texts: string[] = [];
  JSON.stringify(results, (key, value) => {
    if (typeof value === 'string' && key !== 'status') texts.push(value);
    return value;
  });
  // The server's own texts name the room, which an ex-member does not see.
  return texts.filter((said) => !said.startsWith('Welcome to '));
}

/** That a log of frames ends with the reader's own event and ENDED. */
function expectOwnEnd({ results }: Ending, { end, state }: { end: number; state: string }): void {
  const frames = results.map(({ data }) => (data as { roomEvents: { status: string; events: object[] } }).roomEvents);
  expect(frames.flatMap(({ events }) => events).at(-1)).toMatchObject({
    __typename: 'MembershipChangedEvent',
    eventNumber: end,
    membership: { state, user: { displayName: 'Grace' } },
  });
  expect(frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: end, events: [] });
}

/** Ends Grace's membership otherwise than by her leaving. */
async function expel(roomId: string, state: 'REMOVED' | 'BANNED'): Promise<void> {
  const { services } = server.app;
  const [room, userId] = [innerId('Room', roomId), innerId('User', grace.id)];
  await changeRoom(services, { roomId: room, actorId: null }, async (log) => {
    const numbered = log.next();
    const where = { roomId_userId: { roomId: room, userId } };
    const data = { state, stateEventNumber: numbered.eventNumber };
    const membership = await log.tx.membership.update({ where, data });
    log.record({ ...numbered, type: 'MEMBERSHIP_CHANGED', membership: { ...membership, room: log.room } });
    log.changeMemberCount(-1);
    log.addSystemMessage('MEMBER_REMOVED', userId);
  });
}

interface Leaving {
  roomId: string;
  /** Of the reader. */
  tcp: Socket;
  go?: () => Promise<unknown>;
  /** Whether memory has nothing of the room any more when the reader reads on. */
  isForgotten?: boolean;
}

/** Holds a reader back while the room talks, Grace goes and the room goes on; answers with the number of her own event. */
async function goUnread({
  roomId,
  tcp,
  go = () => leave(grace, roomId),
  isForgotten = false,
}: Leaving): Promise<number> {
  const release = holdBack(tcp);
  const follower = await Follower.of(ada, roomId);
  const messages = await talk(roomId);
  await go();
  const end = (await lastEventNumber(server, roomId)) - 1; // a system message follows it
  await goOn(roomId, messages);
  await follower.untilHeard('Said later');
  const feeds = server.app.services.feeds;
  if (isForgotten) (await feeds.acquire(innerId('Room', roomId)))?.tidy(Number.POSITIVE_INFINITY);
  release();
  await follower.hangUp();
  return end;
}

/** A socket with a subscription, Grace's unless it is another's, and where the server's frames come in. */
async function subscribe(
  query: string,
  roomId: string,
  { token } = grace,
): Promise<{ socket: RawSocket; tcp: Socket }> {
  const socket = await RawSocket.ready(server.url, token);
  socket.send({ id: 'slow', type: 'subscribe', payload: { query, variables: { roomId } } });
  await server.untilFollowed(roomId);
  return { socket, tcp: (socket.socket as unknown as { _socket: Socket })._socket };
}

const nosy = Object.entries(nosySubscriptions);
/** One of each kind, where how it is selected makes no difference. */
const two = nosy.filter(([name]) => /messageAdded, shared|roomEvents, personal/.test(name));
const isLog = (name: string) => name.startsWith('roomEvents');

test.each(nosy)('%s: who left a group without reading sees nothing of what came later', async (name, query) => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  const { socket, tcp } = await subscribe(query, roomId);
  const witness = await subscribe(query, roomId);

  const end = await goUnread({ roomId, tcp });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
  const seenInTime = new Set(['LEFT', ...textsIn(await resultsOn(witness.socket, 'slow'))]); // with her own state
  expect(textsIn(ending).filter((text) => !seenInTime.has(text))).toEqual([]);
  socket.close();
  witness.socket.close();
});

test.each(two)('%s: nor if the log has to be read again', async (name, query) => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  const { socket, tcp } = await subscribe(query, roomId);

  const end = await goUnread({ roomId, tcp, isForgotten: true });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
  socket.close();
});

test.each(two)('%s: nor who left, and was banned later', async (name, query) => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  const { socket, tcp } = await subscribe(query, roomId);
  let end = 0;
  const go = async () => {
    await leave(grace, roomId);
    end = (await lastEventNumber(server, roomId)) - 1;
    await expel(roomId, 'BANNED');
  };

  await goUnread({ roomId, tcp, go, isForgotten: true });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'BANNED' });
  socket.close();
});

test.each(two)('%s: nor who is banned from a channel', async (name, query) => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: `The old name of ${name}` });
  await join(grace, roomId);
  const { socket, tcp } = await subscribe(query, roomId);

  const end = await goUnread({ roomId, tcp, go: () => expel(roomId, 'BANNED') });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'BANNED' });
  socket.close();
});

test.each(nosy)('%s: nor by Server-Sent Events, which end as they should', async (name, query) => {
  const roomId = await makeGroup(ada, 'The old name', [grace]);
  const response = await streamOf(query, roomId, grace);
  await server.untilFollowed(roomId);

  const end = await goUnread({ roomId, tcp: response.socket });
  const ending = await resultsIn(response);

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
});

/** Holds a device back that is signed out while it does not read, after which the room goes on. */
async function signOutUnread(roomId: string, device: Person, tcp: Socket): Promise<void> {
  const release = holdBack(tcp);
  const follower = await Follower.of(ada, roomId);
  for (let said = 0; said < 12; said += 1) await say(ada, roomId, bulk);
  await say(ada, roomId, 'Last before the end');
  await device.ask(RevokeSessionDocument, { input: { sessionId: device.sessionId } });
  await say(ada, roomId, 'Said later');
  await follower.untilHeard('Said later');
  release();
  await follower.hangUp();
}

test.each(two)('%s: a device that is signed out sees nothing of what came later', async (_name, query) => {
  const device = await Person.signIn(server.url, 'Grace abroad');
  const roomId = await makeGroup(ada, 'Devices', [device]);
  const { socket, tcp } = await subscribe(query, roomId, device);

  await signOutUnread(roomId, device, tcp);
  const frames: Frame[] = [];
  do frames.push(await socket.next());
  while (!('closed' in frames.at(-1)!));

  expect(frames.at(-1)).toMatchObject({ closed: 4403 });
  expect(JSON.stringify(frames)).not.toContain('Said later');
});

test.each(two)('%s: nor by Server-Sent Events', async (name, query) => {
  const device = await Person.signIn(server.url, 'Grace abroad');
  const roomId = await makeGroup(ada, 'Devices', [device]);
  const response = await streamOf(query, roomId, device);
  await server.untilFollowed(roomId);

  await signOutUnread(roomId, device, response.socket);
  const { results, text: sent } = await resultsIn(response);

  expect(sent).not.toContain('Said later');
  if (isLog(name)) expect(results.at(-1)).toMatchObject({ data: { roomEvents: { status: 'ENDED', events: [] } } });
});

/** The answer to a subscription by Server-Sent Events, of which nothing has been read. */
async function streamOf(query: string, roomId: string, { token }: Person): Promise<IncomingMessage> {
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  };
  const asked = request(server.url, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify({ query, variables: { roomId } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

async function resultsIn(response: IncomingMessage): Promise<Ending> {
  const events = (await text(response)).split('\n\n').filter((event) => !event.startsWith(':') && event !== '');
  expect(events.at(-1)).toMatch(/^event: complete/);
  const results = events
    .filter((event) => event.startsWith('event: next'))
    .map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null'));
  return { results, text: JSON.stringify(results) };
}
