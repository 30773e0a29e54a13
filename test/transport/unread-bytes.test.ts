import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Logger, pino } from 'pino';
import { WebSocketServer } from 'ws';
import { openMetrics } from '../../src/base/metrics.ts';
import { UnreadBytes } from '../../src/transport/unread-bytes.ts';
import { WriteProgress } from '../../src/transport/write-progress.ts';
import { openHttp } from '../support/http-server.ts';
import { RawConnection } from '../support/raw-http.ts';
import { upgradeRequest } from '../support/raw-peer.ts';
import { until } from '../support/until.ts';

const limitBytes = 30_000_000;
const answerBytes = 20_000_000;
const ask = `GET /graphql?query=${encodeURIComponent(`{ long(characters: ${answerBytes}) }`)} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`;

let close = async () => {};
afterEach(() => close());

/** Starts a server whose peers may leave `limitBytes` unread, and which can send a large answer to each WebSocket. */
async function openLimited(options: Partial<ConstructorParameters<typeof UnreadBytes>[0]> = {}) {
  const logged: string[] = [];
  const log: Logger = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
  const metrics = openMetrics();
  const patienceMs = { stalled: 100, slow: 60_000 };
  const unread = new UnreadBytes({ metrics, log, limitBytes, everyMs: 10, patienceMs, ...options });
  const executeWhenRoom: Plugin = {
    onExecute: ({ setExecuteFn }) => setExecuteFn(unread.whenRoom(execute)),
  };
  const server = await openHttp({ metrics, plugins: [executeWhenRoom] });
  server.http.on('connection', (socket) => unread.watch(socket));
  const webSockets = new WebSocketServer({ server: server.http });
  webSockets.on('connection', (webSocket) => {
    webSocket.on('error', () => {});
    webSocket.send(Buffer.alloc(answerBytes));
  });
  close = async () => {
    unread.close();
    for (const webSocket of webSockets.clients) webSocket.terminate();
    webSockets.close();
    await server.connections.drain(0);
  };
  const metric = async (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(await metrics.print())?.[1]);
  return { ...server, logged, metric };
}

/** A peer that requests a large answer and reads nothing. */
async function openNonReader({ http, url }: { http: Server; url: string }, request: string) {
  const accepted = once(http, 'connection') as Promise<[Socket]>;
  const peer = await RawConnection.openDeaf(url);
  const [end] = await accepted;
  peer.send(request);
  return { peer, end, untilWaiting: () => until(() => end.writableLength > 1_000_000 || end.destroyed) };
}

test('peers that read nothing are cut until the rest is within the limit, over HTTP and WebSocket', async () => {
  let clockMs = 0;
  const server = await openLimited({ now: () => clockMs });

  for (const request of [ask, upgradeRequest()]) {
    const first = await openNonReader(server, request);
    await first.untilWaiting();
    await until(async () => (await server.metric('parley_unread_bytes')) > answerBytes / 2);
    clockMs += 1000;
    const second = await openNonReader(server, upgradeRequest());
    await second.untilWaiting();
    await until(() => {
      clockMs += 10;
      return first.end.destroyed; // it has stalled for the longest time
    });
    await until(async () => (await server.metric('parley_unread_bytes')) <= limitBytes);

    expect(second.end.destroyed).toBe(false);
    first.peer.socket.destroy();
    second.peer.socket.destroy();
    await until(() => second.end.destroyed);
  }

  expect(await server.metric('parley_unread_cuts_total')).toBe(2);
  expect(server.logged).toHaveLength(1);
  expect(JSON.parse(server.logged[0]!)).toMatchObject({ level: 40, cut: 1, limitBytes });
});

test('a peer that reads gets everything, while others that do not are cut', async () => {
  let clockMs = 0;
  const server = await openLimited({ patienceMs: { stalled: 300, slow: 60_000 }, now: () => clockMs });
  const reader = await openNonReader(server, ask);
  await reader.untilWaiting();
  // The clock moves only when the reader takes something: however slow the machine is, the reader never stalls.
  const progress = new WriteProgress(reader.end);
  const moveClock = () => {
    if (progress.hasTaken()) clockMs += 100;
  };
  let received = 0;
  reader.peer.socket.on('data', ({ length }: Buffer) => {
    received += length;
    reader.peer.socket.pause();
    setTimeout(() => reader.peer.socket.resume(), 2);
  });

  const others = [];
  while (received < answerBytes && !reader.end.destroyed) {
    const other = await openNonReader(server, upgradeRequest());
    await other.untilWaiting();
    others.push(other);
    await until(() => {
      moveClock();
      return other.end.destroyed || received >= answerBytes || reader.end.destroyed;
    });
  }

  expect(received).toBeGreaterThan(answerBytes);
  expect(others.some(({ end }) => end.destroyed)).toBe(true);
  for (const { peer } of others) peer.socket.destroy();
  reader.peer.socket.destroy();
});

test('nothing is executed while too much is unread; clients get a time to retry', async () => {
  const server = await openLimited({ patienceMs: { stalled: 60_000, slow: 60_000 } });
  const peers = [await openNonReader(server, upgradeRequest()), await openNonReader(server, upgradeRequest())];
  await until(async () => (await server.metric('parley_unread_bytes')) > limitBytes);

  const address = `${server.url}?query=${encodeURIComponent('{ long(characters: 1) }')}`;
  const answer = async () => (await fetch(address, { headers: { accept: 'application/json' } })).json();

  expect(await answer()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1000 } }] });
  expect(server.seen.executed).toBe(0);

  for (const { peer } of peers) peer.socket.destroy();
  await until(async () => (await server.metric('parley_unread_bytes')) <= limitBytes);
  expect(await answer()).toEqual({ data: { long: 'x' } });
});

test('above twice the limit, connections are cut without waiting', async () => {
  const server = await openLimited({ patienceMs: { stalled: 60_000, slow: 60_000 } });
  const peers = [await openNonReader(server, upgradeRequest()), await openNonReader(server, upgradeRequest())];
  peers.push(await openNonReader(server, upgradeRequest()), await openNonReader(server, upgradeRequest()));

  await until(() => peers.some(({ end }) => end.destroyed));
  await until(async () => (await server.metric('parley_unread_bytes')) <= 2 * limitBytes);

  for (const { peer } of peers) peer.socket.destroy();
});

test('peers that read a little now and then are cut too, after a while', async () => {
  const server = await openLimited({ patienceMs: { stalled: 60_000, slow: 100 } });
  const peers = [await openNonReader(server, ask), await openNonReader(server, upgradeRequest())];

  await until(() => peers.some(({ end }) => end.destroyed));

  for (const { peer } of peers) peer.socket.destroy();
});
