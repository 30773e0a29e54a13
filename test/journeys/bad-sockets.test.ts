import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { limits } from '../../src/base/limits.ts';
import { badDocuments } from '../support/bad-documents.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';

const good = '{ server { version } }';

let server: TestServer;
let ada: Person;
let socket: RawSocket;
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
});
afterEach(async () => {
  socket.close();
  // Whatever was sent, it was no fault of the server, and it goes on.
  expect(server.logged).toEqual([]);
  expect((await post(server.url, { query: good })).body).toMatchObject({ data: { server: {} } });
});
afterAll(() => server.close());

const documents = badDocuments.filter(([, query]) => query !== ''); // an empty one is no Subscribe message at all

test.each(documents)('%s ends its operation with %s, and no other', async (_what, query, variables, code) => {
  socket = await RawSocket.ready(server.url, ada.token);

  const frame = (await socket.ask(query, variables)) as { type: string; payload: unknown };
  const errors = frame.type === 'error' ? frame.payload : (frame.payload as { errors: unknown }).errors;

  expect(errors).toMatchObject([{ message: expect.stringMatching(/\S/), extensions: { code, retryable: false } }]);
  if (frame.type === 'next') expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  expect(await socket.ask(good, {}, '2')).toMatchObject({ id: '2', type: 'next', payload: { data: { server: {} } } });
});

test('an operation that is not in the document ends with BAD_REQUEST', async () => {
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

  test('in no subprotocol that we speak', async () => {
    socket = await RawSocket.open(server.url);
    const other = new WebSocket(server.url.replace(/^http/, 'ws'));

    const code = await new Promise((resolve) => other.on('close', resolve).on('error', () => {}));

    expect(code).toBe(4406);
  });
});

test('more operations than a connection may have are refused, and the others go on', async () => {
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

describe('credentials that cannot be read are refused, not taken for none:', () => {
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
  ])('%s for one operation, which alone is refused', async (_what, headers) => {
    socket = await RawSocket.ready(server.url, ada.token);
    socket.send({ id: '1', type: 'subscribe', payload: { query: good, extensions: { headers } } });

    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await socket.ask('{ viewer { language } }', {}, '2')).toMatchObject({ payload: { data: { viewer: {} } } });
  });
});

test('whoever brings no token, or null, is anonymous, whatever the rest of their init says', async () => {
  socket = await RawSocket.open(server.url, { token: null, Authorization: null, language: 5, deviceId: [] });

  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  expect(await socket.ask('{ viewer { language } }')).toMatchObject({ payload: { data: { viewer: null } } });
});

test('operations may sign in by themselves as twenty users on one connection, and as no more', async () => {
  const names = Array.from({ length: 21 }, (_, n) => `Guest ${n}`);
  const tokens = Object.values(await people(server.url, ...names)).map(({ token }) => token);
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
])('headers of an operation that are %s name nobody else', async (_what, headers) => {
  socket = await RawSocket.ready(server.url, ada.token);
  socket.send({ id: '1', type: 'subscribe', payload: { query: '{ viewer { language } }', extensions: { headers } } });

  expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { viewer: {} } } });
});
