import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openHttp } from '../support/http-server.ts';
import { otherEnd } from '../support/other-end.ts';
import { inHalves, RawConnection } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

let server: Awaited<ReturnType<typeof openHttp>>;
afterEach(async () => {
  server.streams.close();
  await server.connections.drain(0);
});

const oneMegabyte = '{ long(characters: 1000000) }';
const ask = (query: string, accept = 'application/json') =>
  `GET /graphql?query=${encodeURIComponent(query)} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\n\r\n`;

describe('a peer that sends', () => {
  test('many requests and reads nothing gets its second request executed after the first answer was sent', async () => {
    server = await openHttp();
    const peer = await RawConnection.openDeaf(server.url);

    peer.send(ask('{ long(characters: 20000000) }') + ask(oneMegabyte).repeat(10));
    await until(() => otherEnd(peer.socket).writableLength > 0);
    expect(server.seen.executed).toBe(1);

    peer.listen();
    await until(() => server.seen.executed === 11);
    peer.socket.destroy();
  });

  test('hundreds of requests on one connection without reading an answer is cut', async () => {
    server = await openHttp();
    const peer = await RawConnection.openDeaf(server.url);

    peer.send(ask('{ long(characters: 20000000) }') + ask(oneMegabyte).repeat(400));
    await until(() => server.seen.executed === 1);
    peer.listen(); // else it would not see the end
    await peer.closed;

    expect(server.seen.executed).toBe(1);
  });

  test('one request after the other gets the answers in order', async () => {
    server = await openHttp();
    const peer = await RawConnection.open(server.url);

    const sizes = [300_000, 2, 100_000, 1];
    peer.send(sizes.map((size) => ask(`{ long(characters: ${size}) }`)).join(''));
    await until(() => server.seen.executed === 4 && peer.received.endsWith('"x"}}'));

    const answers = [...peer.received.matchAll(/"long":"(x+)"/g)].map(([, text]) => text!.length);
    expect(answers).toEqual(sizes);
    peer.socket.destroy();
  });
});

describe('a peer that reads nothing until the deadline is cut,', () => {
  test.each([
    ['an answer', ask('{ long(characters: 50000000) }')],
    ['Server-Sent Events', ask('subscription { ticks(characters: 100000) }', 'text/event-stream')],
  ])('with %s waiting', async (_what, request) => {
    server = await openHttp({ deadlines: { writeDeadlineMs: 100 } });
    const peer = await RawConnection.openDeaf(server.url);

    peer.send(request);
    const end = otherEnd(peer.socket);
    await until(() => end.writableLength > 0);
    await until(() => end.destroyed);
    peer.socket.destroy();
  });

  test('and a peer that reads slowly gets everything', async () => {
    server = await openHttp({ deadlines: { writeDeadlineMs: 1000 } });
    const peer = await RawConnection.openDeaf(server.url);
    peer.socket.on('data', () => {
      peer.socket.pause();
      setTimeout(() => peer.socket.resume(), 4);
    });

    peer.send(ask('{ long(characters: 30000000) }'));
    await until(() => peer.socket.bytesRead > 30_000_000 || otherEnd(peer.socket).destroyed);

    expect(peer.socket.bytesRead).toBeGreaterThan(30_000_000);
    peer.socket.destroy();
  });
});

test('an unread stream holds one event', async () => {
  server = await openHttp();
  const peer = await RawConnection.openDeaf(server.url);

  peer.send(ask('subscription { ticks(characters: 1000000) }', 'text/event-stream'));
  const end = otherEnd(peer.socket);
  await until(() => end.writableLength > 0);
  for (let turns = 0; turns < 1000; turns += 1) await setImmediate(); // time for more, if there were more

  const ticksInKernel = Math.floor((end.bytesWritten - end.writableLength) / 1_000_000);
  expect(server.seen.ticks - ticksInKernel).toBeLessThanOrEqual(3);
  expect(end.writableLength).toBeLessThan(1_100_000);
  peer.socket.destroy();
});

describe('a peer that does not finish its request is disconnected,', () => {
  const impatient = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };

  test.each([
    ['with no word', ''],
    ['in the headers', 'GET /graphql HTTP/1.1\r\nHost: x\r\n'],
    ['in the body', inHalves('{ long(characters: 1) }')[0]],
  ])('%s', async (_where, text) => {
    server = await openHttp({ deadlines: impatient });
    const peer = await RawConnection.open(server.url);

    peer.send(text);
    await peer.closed;

    expect(peer.received).toMatch(/^(HTTP\/1.1 408 |$)/);
  });
});

describe('while the server drains', () => {
  const [start, rest] = inHalves('{ long(characters: 5) }');

  test('a request that was under way is answered, and its connection closed', async () => {
    server = await openHttp();
    const peer = await RawConnection.open(server.url);
    peer.send(start);
    await until(() => otherEnd(peer.socket).bytesRead > 0);

    const drained = server.connections.drain(10_000);
    peer.send(rest);
    await Promise.all([drained, peer.closed]);

    expect(peer.received).toMatch(/^HTTP\/1.1 200 .*\r\nconnection: close\r\n.*"xxxxx"/is);
  });

  test('/readyz says so', async () => {
    let answerProbe = () => {};
    const probe = new Promise<void>((resolve) => {
      answerProbe = resolve;
    });
    let isAsked = false;
    const readiness = async () => {
      isAsked = true;
      await probe;
      return { isReady: true, detail: {} };
    };
    server = await openHttp({ readiness });
    const asked = fetch(new URL('/readyz', server.url));
    await until(() => isAsked);

    const drained = server.connections.drain(10_000);
    answerProbe();

    const answer = await asked;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'draining' });
    await drained;
  });

  test('idle connections are closed at once, and no new ones are accepted', async () => {
    server = await openHttp();
    const silent = await RawConnection.open(server.url);
    const answered = await RawConnection.open(server.url);
    answered.send(ask('{ long(characters: 5) }'));
    await answered.untilReceived('"xxxxx"');

    await server.connections.drain(60_000);

    await Promise.all([silent.closed, answered.closed]);
    await expect(RawConnection.open(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a request without an answer at the deadline is cut', async () => {
    server = await openHttp();
    const peer = await RawConnection.open(server.url);
    peer.send(start);
    await until(() => otherEnd(peer.socket).bytesRead > 0);

    await server.connections.drain(50);

    await peer.closed;
    expect(peer.received).toBe('');
  });

  test('streams end without `complete`, so that their readers reconnect', async () => {
    server = await openHttp();
    const peer = await RawConnection.open(server.url);
    peer.send(ask('subscription { ticks(characters: 5) }', 'text/event-stream'));
    await peer.untilReceived('"xxxxx"');

    server.streams.close();
    await server.connections.drain(60_000);

    await peer.closed;
    expect(peer.received).toMatch(/\r\n0\r\n\r\n$/);
    expect(peer.received).not.toContain('complete');
  });
});
