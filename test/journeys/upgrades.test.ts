import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { RawConnection, rawRequest } from '../support/raw-http.ts';
import { upgradeRequest } from '../support/raw-peer.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ corsOrigins: ['https://chat.example'] });
});
afterEach(() => expect(server.logged).toEqual([]));
afterAll(() => server.close());

/** The status of the answer to a request to become a WebSocket. */
async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await rawRequest(server.url, upgradeRequest(path, headers));
  return Number(answer.split(' ')[1]);
}

describe('whether a page may open a WebSocket is what CORS_ORIGINS says:', () => {
  test.each<[string, Record<string, string>, number]>([
    ['a page of the list may', { Origin: 'https://chat.example' }, 101],
    ['a program that is no browser may', {}, 101],
    ['the page that the server has itself may', { Origin: 'http://parley' }, 101],
    ['a page of another origin may not', { Origin: 'https://evil.example' }, 403],
    ['a page without an origin of its own may not', { Origin: 'null' }, 403],
  ])('%s', async (_what, headers, status) => {
    expect(await statusOf('/graphql', headers)).toBe(status);
  });

  test('any page may, where all are allowed', async () => {
    const open = await startServer();
    const answer = await rawRequest(open.url, upgradeRequest('/graphql', { Origin: 'https://evil.example' }));
    await open.close();

    expect(answer).toMatch(/^HTTP\/1.1 101 /);
  });
});

test.each([
  ['the path with a query', '/graphql?token=x', 101],
  ['the whole address', 'http://127.0.0.1/graphql', 101],
  ['another path', '/healthz', 404],
  ['no path', '//', 404],
  ['half an address', 'http://[', 404],
])('a WebSocket at %s is answered with its status', async (_what, path, status) => {
  expect(await statusOf(path)).toBe(status);
});

test.each([
  ['both of its headers', (text: string) => text.replace(/^(Upgrade|Connection): .*\r\n/gim, '')],
  ['its Connection header', (text: string) => text.replace(/^Connection: .*$/gim, 'Connection: close')],
  ['its Upgrade header', (text: string) => text.replace(/^Upgrade: .*\r\n/gim, '')],
])('a WebSocket that a proxy kept %s from is told what the proxy must pass on', async (_what, cut) => {
  const answer = await rawRequest(server.url, cut(upgradeRequest('/graphql')));

  expect(answer).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
  expect(answer).toMatch(/^upgrade: websocket\r\nconnection: upgrade, close\r\n/im);
  expect(answer).toContain('lacks its Upgrade or Connection header. Configure the proxy to pass on both');
});

test('a peer that is gone before it is answered is no fault', async () => {
  const { port, hostname } = new URL(server.url);
  for (const path of ['/graphql', '/elsewhere']) {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(upgradeRequest(path));
    socket.resetAndDestroy();
  }

  expect(await statusOf('/graphql')).toBe(101);
});

describe('an offer to upgrade to anything but a WebSocket is ignored:', () => {
  const body = JSON.stringify({ query: '{ server { version } }' });
  const post = [
    'POST /graphql HTTP/1.1',
    'Host: parley',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];

  test('a request with a body is answered, and so is the next on the same connection', async () => {
    const request = [...post, ...offer, '', body].join('\r\n');
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);

    for (const _time of [1, 2]) {
      socket.write(request);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"version":/);
    }

    socket.destroy();
  });

  test('a body in chunks too', async () => {
    const head = [...post.slice(0, 3), 'Transfer-Encoding: chunked', ...offer, '', ''].join('\r\n');
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

    expect(await rawRequest(server.url, head + chunks)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"version":/);
  });

  test('a request without one too', async () => {
    const request = ['GET /healthz HTTP/1.1', 'Host: parley', ...offer, '', ''].join('\r\n');

    expect(await rawRequest(server.url, request)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"ok"/);
  });
});

test('a WebSocket is not opened on a connection that still owes an answer, which would come in its stream', async () => {
  const body = JSON.stringify({ query: '{ server { version } }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  const post = `${head}\r\n\r\n${body}`;

  expect(await rawRequest(server.url, post + upgradeRequest())).toBe('');
  expect(await rawRequest(server.url, post.repeat(3) + upgradeRequest())).not.toContain('HTTP/1.1 101 ');
});

test('a WebSocket is opened on a connection on which everything was answered', async () => {
  const peer = await RawConnection.open(server.url);
  peer.send('GET /healthz HTTP/1.1\r\nHost: parley\r\n\r\n');
  await peer.untilReceived('"ok"');

  peer.send(upgradeRequest());
  await peer.untilReceived('HTTP/1.1 101 ');

  peer.socket.destroy();
});
