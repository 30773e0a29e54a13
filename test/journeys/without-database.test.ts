import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MessageAddedDocument } from '../generated/graphql.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { makeGroup } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';

const comeBack = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 };

let database: TestDatabase;
let proxy: TcpProxy;
let server: TestServer;
let ada: Person;
let roomId: string;
let socket: RawSocket;
beforeAll(async () => {
  database = await freshDatabase();
  proxy = await TcpProxy.to(Number(new URL(database.url).port));
  const databaseUrl = Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(proxy.port) }).href;
  server = await startServer({ databaseUrl, expectsFaults: true });
  ({ ada } = await people(server.url, 'Ada'));
  roomId = await makeGroup(ada, 'Nowhere');
  socket = await RawSocket.ready(server.url, ada.token);
  await proxy.close();
});
beforeEach(() => {
  server.logged.length = 0;
});
afterAll(async () => {
  socket.close();
  await server.close();
  await database.drop();
});

const operations = [
  ['a message', () => `mutation { sendMessage(input: { roomId: "${roomId}", text: "Hi" }) { userErrors { code } } }`],
  ['a query', () => '{ viewer { memberships { nodes { id } } } }'],
  ['a query of one moment', () => `{ room(id: "${roomId}") { syncCursor } }`],
  ['a subscription', () => `subscription { messageAdded(roomId: "${roomId}") { eventNumber } }`],
] as const;

test.each(operations)('over HTTP, %s of somebody signed in is to be sent again', async (_name, operation) => {
  const { body } = await post(server.url, { query: operation() }, { authorization: `Bearer ${ada.token}` });

  expect(body?.errors).toMatchObject([{ extensions: comeBack }]);
  expect(server.logged).toEqual([]);
});

test.each(operations.slice(1))('over WebSocket, %s is to be sent again', async (_name, operation) => {
  const frame = await socket.ask(operation());

  const { payload } = frame as { payload: object[] | { errors: object[] } };
  expect('errors' in payload ? payload.errors : payload).toMatchObject([{ extensions: comeBack }]);
  expect(server.logged).toEqual([]);
  if ('type' in frame && frame.type === 'next') await socket.next(); // complete
});

test('a stream of events ends with a word to come back', async () => {
  const { value } = await listen(ada, MessageAddedDocument, { roomId }).next();

  expect(value).toMatchObject({ errors: [{ extensions: comeBack }] });
});

test('a WebSocket that cannot sign in is closed so that clients connect again', async () => {
  const late = await RawSocket.open(server.url);
  const closed = once(late.socket, 'close');

  late.send({ type: 'connection_init', payload: { token: ada.token } });

  expect((await closed)[0]).toBe(1013);
});
