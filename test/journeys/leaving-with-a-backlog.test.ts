import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LeaveRoomDocument, RevokeSessionDocument } from '../generated/graphql.ts';
import { LeavingParty } from '../support/leaving-party.ts';
import { ask, Person } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { nosySubscriptions } from '../support/room-fields.ts';
import { join, leave, makeGroup, makeRoom } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type Frame, RawSocket } from '../support/socket.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

let server: TestServer;
let party: LeavingParty;
beforeAll(async () => {
  server = await startServer();
  party = await LeavingParty.at(server);
});
afterAll(async () => {
  await party.close();
  await server.close();
});

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
function textsIn({ results }: { results: unknown[] }): string[] {
  const texts: string[] = [];
  JSON.stringify(results, (key, value) => {
    if (typeof value === 'string' && key !== 'status') texts.push(value);
    return value;
  });
  // The server's own texts name the room, as it was called at some moment or not at all.
  return texts.filter((said) => !/^Welcome to | created /.test(said));
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

/** A socket with a subscription, Grace's unless it is another's, and where the server's frames come in. */
async function subscribe(
  query: string,
  roomId: string,
  { token, url } = party.grace,
  node = server,
): Promise<{ socket: RawSocket; tcp: Socket }> {
  const socket = await RawSocket.ready(url, token);
  socket.send({ id: 'slow', type: 'subscribe', payload: { query, variables: { roomId } } });
  await node.untilFollowed(roomId);
  return { socket, tcp: (socket.socket as unknown as { _socket: Socket })._socket };
}

const nosy = Object.entries(nosySubscriptions);
/** One of each kind, where how it is selected makes no difference. */
const two = nosy.filter(([name]) => /messageAdded, shared|roomEvents, personal/.test(name));
const isLog = (name: string) => name.startsWith('roomEvents');

test.each(nosy)('%s: who left a group without reading sees nothing of what came later', async (name, query) => {
  const roomId = await makeGroup(party.ada, 'The old name', [party.grace]);
  const { socket, tcp } = await subscribe(query, roomId);
  const witness = await subscribe(nosySubscriptions['roomEvents, personal'], roomId);

  const seenInTime = new Set(['LEFT', 'The old name']); // with her own state, and what she knew at first
  const go = async () => {
    for (let isAtEnd = false; !isAtEnd; ) {
      const texts = textsIn({ results: [await witness.socket.next()] });
      for (const said of texts) seenInTime.add(said);
      isAtEnd = texts.includes('Last before the end');
    }
    await leave(party.grace, roomId);
  };

  const end = await party.leaveUnread({ roomId, tcp, go });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
  for (const said of textsIn(await resultsOn(witness.socket, 'slow'))) seenInTime.add(said);
  expect(textsIn(ending).filter((text) => !seenInTime.has(text))).toEqual([]);
  socket.close();
  witness.socket.close();
});

test.each(two)('%s: nor if the log has to be read again', async (name, query) => {
  const roomId = await makeGroup(party.ada, 'The old name', [party.grace]);
  const { socket, tcp } = await subscribe(query, roomId);

  const end = await party.leaveUnread({ roomId, tcp, isForgotten: true });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
  socket.close();
});

test.each(two)('%s: nor who left, and was banned later', async (name, query) => {
  const roomId = await makeGroup(party.ada, 'The old name', [party.grace]);
  const { socket, tcp } = await subscribe(query, roomId);
  let end = 0;
  const go = async () => {
    await leave(party.grace, roomId);
    end = await party.lastChange(roomId);
    await party.expel(roomId, 'BANNED');
  };

  await party.leaveUnread({ roomId, tcp, go, isForgotten: true });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'BANNED' });
  socket.close();
});

test.each(two)('%s: nor who is banned from a channel', async (name, query) => {
  const roomId = await makeRoom(party.ada, { kind: 'CHANNEL', name: `The old name of ${name}` });
  await join(party.grace, roomId);
  const { socket, tcp } = await subscribe(query, roomId);

  const end = await party.leaveUnread({ roomId, tcp, go: () => party.expel(roomId, 'BANNED') });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'BANNED' });
  socket.close();
});

test.each(nosy)('%s: nor by Server-Sent Events, which end as they should', async (name, query) => {
  const roomId = await makeGroup(party.ada, 'The old name', [party.grace]);
  const response = await streamOf(query, roomId, party.grace);
  await server.untilFollowed(roomId);

  const end = await party.leaveUnread({ roomId, tcp: response.socket });
  const ending = await resultsIn(response);

  expectNothingLater(ending, end);
  if (isLog(name)) expectOwnEnd(ending, { end, state: 'LEFT' });
});

test.each(two)('%s: a device that is signed out sees nothing of what came later', async (_name, query) => {
  const device = await Person.signIn(server.url, 'Grace abroad');
  const roomId = await makeGroup(party.ada, 'Devices', [device]);
  const { socket, tcp } = await subscribe(query, roomId, device);

  await party.signOutUnread({ roomId, tcp, go: () => signOut(device) });
  const frames: Frame[] = [];
  do frames.push(await socket.next());
  while (!('closed' in frames.at(-1)!));

  expect(frames.at(-1)).toMatchObject({ closed: 4403 });
  expect(JSON.stringify(frames)).not.toContain('Said later');
});

test.each(two)('%s: nor by Server-Sent Events', async (name, query) => {
  const device = await Person.signIn(server.url, 'Grace abroad');
  const roomId = await makeGroup(party.ada, 'Devices', [device]);
  const response = await streamOf(query, roomId, device);
  await server.untilFollowed(roomId);

  await party.signOutUnread({ roomId, tcp: response.socket, go: () => signOut(device) });
  const { results, text: sent } = await resultsIn(response);

  expect(sent).not.toContain('Said later');
  if (isLog(name)) expect(results.at(-1)).toMatchObject({ data: { roomEvents: { status: 'ENDED', events: [] } } });
});

test('nor who reads on another node than the one that hears of the leaving', async () => {
  const redis = await startRedis();
  if (!redis) return; // startRedis has said so
  const nodes = await startTwoNodes(redis.url);
  const apart = await LeavingParty.at(nodes.one, nodes.two);
  const roomId = await makeGroup(apart.ada, 'The old name', [apart.grace]);
  const { socket, tcp } = await subscribe(nosySubscriptions['roomEvents, shared'], roomId, apart.grace, nodes.two);
  const input = { roomId };
  const go = () => ask(nodes.one.url, LeaveRoomDocument, { input }, apart.grace.token);

  const end = await apart.leaveUnread({ roomId, tcp, go });
  const ending = await resultsOn(socket, 'slow');

  expectNothingLater(ending, end);
  expectOwnEnd(ending, { end, state: 'LEFT' });
  socket.close();
  await apart.close();
  await nodes.close();
  await redis.stop();
});

/** Ends the session of a device. */
const signOut = (device: Person) => device.ask(RevokeSessionDocument, { input: { sessionId: device.sessionId } });

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
