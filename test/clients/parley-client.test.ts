import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import type { Parley, ParleyConnection, ParleyOptions } from 'parley-client';
import { createParleyConnection } from 'parley-client/connection';
import { WebSocket } from 'ws';
import { innerId } from '../../src/base/ids.ts';
import { freshDatabase } from '../support/database.ts';
import { ask } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { Random } from '../support/random.ts';
import { leave, makeGroup, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { inSeconds, withTokenUntil } from '../support/tokens.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';
import { chattingContract } from './chatting.contract.ts';
import { connectApollo, connectCore, hearers, parleyAt } from './parley-client.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const opened: { dispose(): unknown }[] = [];
const proxies: TcpProxy[] = [];

afterEach(async () => {
  for (const client of opened.splice(0)) await client.dispose();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function proxyTo(url = server.url): Promise<TcpProxy> {
  const proxy = await TcpProxy.to(Number(new URL(url).port));
  proxies.push(proxy);
  return proxy;
}

function open(port: number, token: ParleyOptions['token'] = grace.token, options: Partial<ParleyOptions> = {}): Parley {
  const parley = parleyAt(`http://127.0.0.1:${port}/graphql`, token, options);
  opened.push(parley);
  return parley;
}

/** Texts that a client hears, through each kind of library. */
function listen(parley: ParleyConnection, roomId: string): Record<string, string[]> {
  const heard = Object.entries(hearers).map(([name, hear]) => {
    const texts: string[] = [];
    hear(parley.socket, roomId, (text) => texts.push(text));
    return [name, texts] as const;
  });
  return Object.fromEntries(heard);
}

const roomEvents = `subscription($roomId: ID!, $after: StreamCursor) { roomEvents(roomId: $roomId, after: $after) {
  cursor status resetReason events { ... on MessageAddedEvent { message { text } } } } }`;

interface Frame {
  roomEvents: { status: string; events: { message?: { text: string } }[] };
}

/** Follows the events of a room, and collects texts, statuses other than LIVE and HEARTBEAT, and how it ended. */
function follow(parley: Parley, roomId: string): string[] {
  const seen: string[] = [];
  parley.subscribe<Frame, object>(
    roomEvents,
    { roomId },
    {
      next: ({ roomEvents: { status, events } }) => {
        seen.push(...events.flatMap(({ message }) => message?.text ?? []));
        if (status === 'ENDED' || status === 'RESET') seen.push(status);
      },
      error: ({ code }) => seen.push(code),
      complete: () => seen.push('complete'),
    },
  );
  return seen;
}

describe('the client itself', () => chattingContract(connectCore));
describe('Apollo Client with everything over its socket', () => chattingContract(connectApollo));

test('over many cuts, no client of the socket loses, repeats or misorders a message, whereas a usual one loses', async () => {
  const random = new Random(15);
  const roomId = await makeGroup(ada, 'Cuts', [grace]);
  const proxy = await proxyTo();
  const heard = listen(open(proxy.port), roomId);
  const usual = createClient({
    url: `ws://127.0.0.1:${proxy.port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: grace.token },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: () => pause(100),
  });
  opened.push(usual);
  const lossy: string[] = [];
  hearers['graphql-ws']?.(usual, roomId, (text) => lossy.push(text));
  await server.untilFollowed(roomId, 4);
  const count = process.env.TEST_RANDOM === 'nightly' ? 500 : 60;
  const texts = Array.from({ length: count }, (_, index) => `Message ${index}`);

  for (const text of texts) {
    await say(ada, roomId, text);
    if (random.isTrue(0.2)) proxy.cut();
    await pause(random.below(40));
  }
  await until(() => Object.values(heard).every((list) => list.length >= texts.length));

  for (const list of Object.values(heard)) expect(list).toEqual(texts);
  expect(lossy.length).toBeLessThan(texts.length);
});

test('the connection alone loses nothing over a cut, and signs out', async () => {
  const { heidi } = await server.people('Heidi');
  const roomId = await makeGroup(ada, 'Alone', [heidi]);
  const proxy = await proxyTo();
  const url = `http://127.0.0.1:${proxy.port}/graphql`;
  const parley = createParleyConnection({ url, token: heidi.token, webSocket: WebSocket });
  opened.push(parley);
  const heard = listen(parley, roomId);
  await server.untilFollowed(roomId, 3);

  proxy.cut();
  await say(ada, roomId, 'meanwhile');
  await until(() => Object.values(heard).every((list) => list.length === 1));

  expect(await parley.signOut()).toEqual({ unsent: 0 });
  const { errors } = await ask(server.url, '{ viewer { user { id } } }', {}, heidi.token);
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(parley.session.get()).toEqual({ status: 'signed-out', why: 'signed-out' });
});

test('a connection that went dead is replaced, and what was sent meanwhile arrives', async () => {
  const roomId = await makeGroup(ada, 'Tunnel', [grace]);
  const proxy = await proxyTo();
  let wake = () => {};
  const device = {
    onWake(listener: () => void) {
      wake = listener;
      return () => {};
    },
  };
  const parley = open(proxy.port, grace.token, { wake: device });
  const heard = listen(parley, roomId);
  await server.untilFollowed(roomId, 3);

  proxy.swallow();
  await say(ada, roomId, 'meanwhile');
  wake(); // it has two seconds to answer then
  await until(() => parley.connection.get().status === 'waiting');
  proxy.heal();

  await until(() => Object.values(heard).every((list) => list.length === 1));
});

test('a server that restarts, and is away for a while, loses no client', async () => {
  const database = await freshDatabase();
  const first = await startServer({ databaseUrl: database.url });
  const { edsger } = await first.people('Edsger');
  const roomId = await makeGroup(edsger, 'Restart');
  const port = Number(new URL(first.url).port);
  const parley = open(port, edsger.token);
  const heard = listen(parley, roomId);
  await first.untilFollowed(roomId, 3);
  await say(edsger, roomId, 'before');

  await first.close();
  await until(() => parley.connection.get().status === 'waiting');
  const second = await startServer({ databaseUrl: database.url, port });
  await say(edsger, roomId, 'after');
  await until(() => Object.values(heard).every((list) => list.length === 2));

  expect(heard.Apollo).toEqual(['before', 'after']);
  parley.dispose();
  await second.close();
  await database.drop();
});

test('a token is renewed before it ends, without a new connection', async () => {
  const roomId = await makeGroup(ada, 'Renewed', [grace]);
  const reasons: string[] = [];
  const token = (why: string) => {
    reasons.push(why);
    return why === 'start' ? withTokenUntil(server, grace, inSeconds(2)).token : grace.token;
  };
  const parley = open(Number(new URL(server.url).port), token);
  let connections = 0;
  parley.connection.subscribe(() => {
    connections += Number(parley.connection.get().status === 'ready');
  });
  const seen = follow(parley, roomId);
  await pause(2_500);
  await say(ada, roomId, 'later');
  await until(() => seen.length > 0);

  expect([seen, reasons, connections]).toEqual([['later'], ['start', 'expiring'], 1]);
  expect(parley.session.get()).toMatchObject({ status: 'signed-in', userId: grace.id });
});

test('a token that ends with its connection is replaced, and nobody sees the end', async () => {
  const roomId = await makeGroup(ada, 'Replaced', [grace]);
  const token = (why: string) => {
    if (why === 'expiring') throw new Error('not now');
    return why === 'start' ? withTokenUntil(server, grace, inSeconds(5)).token : grace.token;
  };
  const parley = open(Number(new URL(server.url).port), token);
  const heard = listen(parley, roomId);
  const seen = follow(parley, roomId);
  await server.untilFollowed(roomId, 4);
  await until(() => parley.connection.get().status !== 'ready');
  await say(ada, roomId, 'meanwhile');

  await until(() => seen.length > 0 && Object.values(heard).every((list) => list.length === 1));

  expect(seen).toEqual(['meanwhile']);
});

test('access that ends is told: the last event, then ENDED', async () => {
  const { eve } = await server.people('Eve');
  const roomId = await makeGroup(ada, 'Farewell', [eve]);
  const seen = follow(open(Number(new URL(server.url).port), eve.token), roomId);
  await server.untilFollowed(roomId);
  await say(ada, roomId, 'Bye');
  await leave(eve, roomId);

  await until(() => seen.includes('complete'));

  expect(seen.filter((text) => !text.includes('left'))).toEqual(['Bye', 'ENDED', 'complete']);
});

test('a cursor of another history is a reset: the app loads the room, and says where to go on', async () => {
  const roomId = await makeGroup(ada, 'Restored', [grace]);
  const proxy = await proxyTo();
  const parley = open(proxy.port);
  const reasons: string[] = [];
  parley.onReset((reset) => {
    reasons.push(reset.reason);
    const query = 'query($roomId: ID!) { room(id: $roomId) { syncCursor } }';
    const loaded = parley.request<{ room: { syncCursor: string } }, object>(query, { roomId });
    void loaded.then(({ room }) => reset.resume(room.syncCursor));
  });
  const seen = follow(parley, roomId);
  const heard = listen(parley, roomId);
  await server.untilFollowed(roomId, 4);

  const { prisma } = server.app.services;
  await prisma.roomHead.update({ where: { roomId: innerId('Room', roomId) }, data: { epoch: crypto.randomUUID() } });
  proxy.cut();
  await until(() => reasons.length === 4);
  await server.untilFollowed(roomId, 4);
  await say(ada, roomId, 'The end');
  await until(() => seen.includes('The end') && Object.values(heard).every((list) => list.includes('The end')));

  expect(new Set(reasons)).toEqual(new Set(['CURSOR_UNKNOWN']));
});

test('signing out ends the session on the server', async () => {
  const { mallory } = await server.people('Mallory');
  const parley = open(Number(new URL(server.url).port), mallory.token);
  parley.connect();
  await until(() => parley.session.get().status === 'signed-in');

  expect(await parley.signOut()).toEqual({ unsent: 0 });

  expect(parley.session.get()).toEqual({ status: 'signed-out', why: 'signed-out' });
  expect(parley.connection.get().status).toBe('closed');
  const refused = parleyAt(server.url, mallory.token).request('{ viewer { id } }', {});
  await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});
