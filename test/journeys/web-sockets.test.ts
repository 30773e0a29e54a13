import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { limits } from '../../src/base/limits.ts';
import { badDocuments } from '../support/bad-documents.ts';
import { post } from '../support/http.ts';
import { lockTable } from '../support/locked-table.ts';
import { RawConnection, rawRequest } from '../support/raw-http.ts';
import { upgradeRequest } from '../support/raw-peer.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

describe('operations', () => {
  const good = '{ server { version } }';

  let socket: RawSocket;
  afterEach(async () => {
    socket.close();
    // No message caused a fault of the server, and it still answers.
    expect(server.logged).toEqual([]);
    expect((await post(server.url, { query: good })).body).toMatchObject({ data: { server: {} } });
  });

  const documents = badDocuments.filter(([, query]) => query !== ''); // an empty one is no Subscribe message at all

  test.each(documents)('of %s fail, and later operations succeed', async (_what, query, variables, code) => {
    socket = await RawSocket.ready(server.url, ada.token);

    const frame = (await socket.ask(query, variables)) as { type: string; payload: unknown };
    const errors = frame.type === 'error' ? frame.payload : (frame.payload as { errors: unknown }).errors;

    expect(errors).toMatchObject([{ message: expect.stringMatching(/\S/), extensions: { code, retryable: false } }]);
    if (frame.type === 'next') expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    expect(await socket.ask(good, {}, '2')).toMatchObject({ id: '2', type: 'next', payload: { data: { server: {} } } });
  });

  test('that are not in their document end with BAD_REQUEST', async () => {
    socket = await RawSocket.ready(server.url, ada.token);
    socket.send({ id: '1', type: 'subscribe', payload: { query: `query A ${good}`, operationName: 'B' } });

    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  describe('a message that breaks the protocol closes the connection', () => {
    const subscribe = { id: '1', type: 'subscribe', payload: { query: good } };
    test.each<[string, unknown, number]>([
      ['that is not JSON', 'hello', 4400],
      ['that is bytes', Buffer.from([0xff, 0xfe, 0x00]), 4400],
      ['that is null', 'null', 4400],
      ['that is a list', '[]', 4400],
      ['of no type', { id: '1' }, 4400],
      ['of another type', { type: 'hello' }, 4400],
      ['without an id', { ...subscribe, id: undefined }, 4400],
      ['with an id that is a number', { ...subscribe, id: 1 }, 4400],
      ['with no id', { ...subscribe, id: '' }, 4400],
      ['without a payload', { ...subscribe, payload: undefined }, 4400],
      ['without a query', { ...subscribe, payload: {} }, 4400],
      ['with variables that are a text', { ...subscribe, payload: { query: good, variables: 'x' } }, 4400],
      ['that initialises twice', { type: 'connection_init' }, 4429],
      ['of more than 256 KB', { ...subscribe, payload: { query: `${good}#${'x'.repeat(limits.requestBytes)}` } }, 1009],
    ])('%s', async (_what, message, code) => {
      socket = await RawSocket.ready(server.url, ada.token);

      socket.send(message);

      expect(await socket.next()).toMatchObject({ closed: code });
    });

    test('that subscribes before the connection is initialised', async () => {
      socket = await RawSocket.open(server.url);

      socket.send(subscribe);

      expect(await socket.next()).toMatchObject({ closed: 4401 });
    });

    test('that uses an id which is in use', async () => {
      const roomId = await makeGroup(ada, 'Doubles');
      socket = await RawSocket.ready(server.url, ada.token);
      socket.follow(roomId);
      await server.untilFollowed(roomId);

      socket.follow(roomId);

      expect(await socket.next()).toMatchObject({ closed: 4409, reason: 'Subscriber for 1 already exists' });
      await server.untilDeserted(roomId);
    });

    test('in an unknown subprotocol', async () => {
      socket = await RawSocket.open(server.url);
      const other = new WebSocket(server.url.replace(/^http/, 'ws'));

      const code = await new Promise((resolve) => other.on('close', resolve).on('error', () => {}));

      expect(code).toBe(4406);
    });
  });

  test('beyond the limit of a connection are refused, and the others continue', async () => {
    const roomId = await makeGroup(ada, 'Limits');
    socket = await RawSocket.ready(server.url, ada.token);
    const ids = Array.from({ length: limits.subscriptionsPerConnection }, (_, n) => `s${n}`);
    for (const id of ids) socket.follow(roomId, id);
    await server.untilFollowed(roomId, ids.length);

    socket.follow(roomId, 'one more');

    expect(await socket.next()).toMatchObject({
      id: 'one more',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryable: true } }],
    });
  });

  test.each(['', '@include(if: true)'])(
    'that fail are under way until the rest of their work has ended %s',
    async (directive) => {
      const roomId = await makeGroup(ada, 'Work');
      await say(ada, roomId, 'Hello');
      socket = await RawSocket.ready(server.url, ada.token);
      const messages = await lockTable(server, 'Message');
      const query = `{ room(id: "${roomId}") { messages { nodes { text } } } users(after: "x") ${directive} { nodes { id } } }`;
      socket.send({ id: 'failing', type: 'subscribe', payload: { query } });
      await messages.untilWaitedFor();

      const first = await socket.ask(good, {}, 'good');
      await messages.release();

      expect(first).toMatchObject({ id: 'good', type: 'next' });
      expect(await socket.next()).toEqual({ id: 'good', type: 'complete' });
      expect(await socket.next()).toMatchObject({ id: 'failing', payload: { errors: [{ path: ['users'] }] } });
    },
  );

  describe('malformed credentials are refused, and not treated as anonymous:', () => {
    test.each<[string, Record<string, unknown>]>([
      ['a token that is a number', { token: 5 }],
      ['a token in a list', { token: ['ada'] }],
      ['a token that is an object', { token: { admin: true } }],
      ['a token that is empty', { token: '' }],
      ['another scheme', { Authorization: 'Basic YWRhOmxvdmVsYWNl' }],
      ['a header without a scheme', { authorization: 'ada' }],
      ['a header that is a list', { Authorization: ['Bearer ada'] }],
      ['two tokens that differ', { token: 'ada', Authorization: 'Bearer grace' }],
    ])('%s', async (_what, init) => {
      socket = await RawSocket.open(server.url, init);

      expect(await socket.next()).toEqual({ closed: 4403, reason: 'Forbidden' });
    });

    test.each<[string, unknown]>([
      ['another scheme', { authorization: 'Basic YWRhOmxvdmVsYWNl' }],
      ['a number', { Authorization: 5 }],
      ['two tokens that differ', { authorization: 'Bearer ada', Authorization: 'Bearer grace' }],
    ])('%s for one operation; the connection stays open', async (_what, headers) => {
      socket = await RawSocket.ready(server.url, ada.token);
      socket.send({ id: '1', type: 'subscribe', payload: { query: good, extensions: { headers } } });

      expect(await socket.next()).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect(await socket.ask('{ viewer { language } }', {}, '2')).toMatchObject({ payload: { data: { viewer: {} } } });
    });
  });

  test('are anonymous without a token or with null, even with other fields in the init', async () => {
    socket = await RawSocket.open(server.url, { token: null, Authorization: null, language: 5, deviceId: [] });

    expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
    expect(await socket.ask('{ viewer { language } }')).toMatchObject({ payload: { data: { viewer: null } } });
  });

  test('can each sign in by themselves, as at most twenty users on one connection', async () => {
    const names = Array.from({ length: 21 }, (_, n) => `Guest ${n}`);
    const tokens = Object.values(await server.people(...names)).map(({ token }) => token);
    socket = await RawSocket.open(server.url, {});
    await socket.next();

    const kinds: unknown[] = [];
    for (const [id, token] of tokens.entries()) {
      const extensions = { headers: { authorization: `Bearer ${token}` } };
      socket.send({ id: `${id}`, type: 'subscribe', payload: { query: '{ viewer { language } }', extensions } });
      const frame = await socket.next();
      kinds.push('type' in frame && frame.type);
      if (kinds.at(-1) === 'next') await socket.next(); // its `complete`
    }

    expect(kinds).toEqual([...Array.from({ length: 20 }, () => 'next'), 'error']);
  });

  test.each([
    ['a text', 'authorization'],
    ['null', null],
    ['a number', 5],
  ])('with headers that are %s are executed as the user of the connection', async (_what, headers) => {
    socket = await RawSocket.ready(server.url, ada.token);
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { language } }', extensions: { headers } } });

    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: {} } } });
  });
});

describe('an upgrade', () => {
  let listed: TestServer;
  beforeAll(async () => {
    listed = await startServer({ corsOrigins: ['https://chat.example'] });
  });
  afterEach(() => expect(listed.logged).toEqual([]));
  afterAll(() => listed.close());

  /** The status of the answer to a request to become a WebSocket. */
  async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
    const answer = await rawRequest(listed.url, upgradeRequest(path, headers));
    return Number(answer.split(' ')[1]);
  }

  describe('CORS_ORIGINS decides which pages may open a WebSocket:', () => {
    test.each<[string, Record<string, string>, number]>([
      ['a page of the list may', { Origin: 'https://chat.example' }, 101],
      ['a program that is no browser may', {}, 101],
      ['the page that the server has itself may', { Origin: 'http://parley' }, 101],
      ['a page of another origin may not', { Origin: 'https://evil.example' }, 403],
      ['a page without an origin of its own may not', { Origin: 'null' }, 403],
    ])('%s', async (_what, headers, status) => {
      expect(await statusOf('/graphql', headers)).toBe(status);
    });

    test('any page may open one if all origins are allowed', async () => {
      const answer = await rawRequest(server.url, upgradeRequest('/graphql', { Origin: 'https://evil.example' }));

      expect(answer).toMatch(/^HTTP\/1.1 101 /);
    });
  });

  test.each([
    ['the path with a query', '/graphql?token=x', 101],
    ['the whole address', 'http://127.0.0.1/graphql', 101],
    ['another path', '/healthz', 404],
    ['no path', '//', 404],
    ['half an address', 'http://[', 404],
  ])('at %s is answered with its status', async (_what, path, status) => {
    expect(await statusOf(path)).toBe(status);
  });

  test.each([
    ['both of its headers', (text: string) => text.replace(/^(Upgrade|Connection): .*\r\n/gim, '')],
    ['its Connection header', (text: string) => text.replace(/^Connection: .*$/gim, 'Connection: close')],
    ['its Upgrade header', (text: string) => text.replace(/^Upgrade: .*\r\n/gim, '')],
  ])('from which a proxy removed %s is refused with what the proxy must pass on', async (_what, cut) => {
    const answer = await rawRequest(listed.url, cut(upgradeRequest('/graphql')));

    expect(answer).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
    expect(answer).toMatch(/^upgrade: websocket\r\nconnection: upgrade, close\r\n/im);
    expect(answer).toContain('lacks its Upgrade or Connection header. Configure the proxy to pass on both');
  });

  test('logs no fault if its client is gone before the answer', async () => {
    const { port, hostname } = new URL(listed.url);
    for (const path of ['/graphql', '/elsewhere']) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(upgradeRequest(path));
      socket.resetAndDestroy();
    }

    expect(await statusOf('/graphql')).toBe(101);
  });

  describe('to anything but a WebSocket is ignored:', () => {
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
      const { port, hostname } = new URL(listed.url);
      const socket = connect(Number(port), hostname);

      for (const _time of [1, 2]) {
        socket.write(request);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"version":/);
      }

      socket.destroy();
    });

    test('a request with a body in chunks is answered', async () => {
      const head = [...post.slice(0, 3), 'Transfer-Encoding: chunked', ...offer, '', ''].join('\r\n');
      const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

      expect(await rawRequest(listed.url, head + chunks)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"version":/);
    });

    test('a request without a body is answered', async () => {
      const request = ['GET /healthz HTTP/1.1', 'Host: parley', ...offer, '', ''].join('\r\n');

      expect(await rawRequest(listed.url, request)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*"ok"/);
    });
  });

  test('is refused while the connection still owes an answer', async () => {
    const body = JSON.stringify({ query: '{ server { version } }' });
    const head = `POST /graphql HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const post = `${head}\r\n\r\n${body}`;

    expect(await rawRequest(listed.url, post + upgradeRequest())).toBe('');
    expect(await rawRequest(listed.url, post.repeat(3) + upgradeRequest())).not.toContain('HTTP/1.1 101 ');
  });

  test('is accepted once the connection has answered all requests', async () => {
    const peer = await RawConnection.open(listed.url);
    peer.send('GET /healthz HTTP/1.1\r\nHost: parley\r\n\r\n');
    await peer.untilReceived('"ok"');

    peer.send(upgradeRequest());
    await peer.untilReceived('HTTP/1.1 101 ');

    peer.socket.destroy();
  });
});
