import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { RoomStateDocument, SendMessageDocument } from '../generated/graphql.ts';
import { otherEnd } from '../support/other-end.ts';
import { type Person, people } from '../support/person.ts';
import { inHalves, RawConnection } from '../support/raw-http.ts';
import { makeGroup, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { postStream } from '../support/sse.ts';
import { until } from '../support/until.ts';

let server: TestServer;
let ada: Person;
let roomId: string;
beforeEach(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
  roomId = await makeGroup(ada, 'Closing time');
});
afterEach(() => server.close());

test('a message that is being written when the server stops is acknowledged, and kept', async () => {
  const database = new pg.Client(server.databaseUrl);
  await database.connect();
  await database.query('BEGIN; LOCK TABLE "Message" IN ACCESS EXCLUSIVE MODE');
  const sent = ada.ask(SendMessageDocument, { input: { roomId, text: 'Last orders' } });
  const waits = `SELECT 1 FROM pg_locks WHERE NOT granted`;
  await until(async () => (await database.query(waits)).rowCount! > 0);

  const closed = server.app.close();
  await database.query('COMMIT');

  expect((await sent).sendMessage).toMatchObject({ userErrors: [], message: { text: 'Last orders' } });
  await closed;
  expect((await database.query(`SELECT "text" FROM "Message" WHERE "text" = 'Last orders'`)).rowCount).toBe(1);
  await database.end();
});

test('a request that is still on its way is answered', async () => {
  const [start, rest] = inHalves('{ server { version } }');
  const peer = await RawConnection.open(server.url);
  peer.send(start);
  await until(() => otherEnd(peer.socket).bytesRead > 0);

  const closed = server.app.close();
  peer.send(rest);
  await Promise.all([closed, peer.closed]);

  expect(peer.received).toMatch(/^HTTP\/1.1 200 .*\r\nconnection: close\r\n.*"version"/is);
});

test('streams of every kind end without `complete`, and one that is asked for again goes on where it was', async () => {
  const { room } = await ada.ask(RoomStateDocument, { roomId });
  await say(ada, roomId, 'One');
  const subscriptions = [
    `roomEvents(roomId: "${roomId}") { status }`,
    `messageAdded(roomId: "${roomId}", after: "${room!.syncCursor}") { message { text } }`,
    `presenceChanged(roomIds: ["${roomId}"]) { isSnapshot }`,
    `typingChanged(roomId: "${roomId}") { __typename }`,
    `readStateChanged(roomId: "${roomId}") { __typename }`,
    'viewerEvents { __typename }',
  ];
  const heard: string[][] = [];
  const { signal } = new AbortController();
  const ends = subscriptions.map(async (subscription, index) => {
    heard[index] = [];
    const query = `subscription { ${subscription} }`;
    for await (const { event, id } of postStream(ada, { query }, { signal })) heard[index].push(id || event);
  });
  await until(() => heard.every((events) => events.length > 0));

  const other = await startServer({ databaseUrl: server.databaseUrl });
  await server.app.close();
  await Promise.all(ends);

  expect(heard.flat()).not.toContain('complete');
  const elsewhere = Object.assign(Object.create(ada), { url: other.url }) as Person;
  await say(elsewhere, roomId, 'Two');
  const query = `subscription { messageAdded(roomId: "${roomId}") { message { text } } }`;
  const headers = { 'last-event-id': heard[1]!.at(-1)! };
  const resumed = postStream(elsewhere, { query }, { headers, signal });
  expect((await resumed.next()).value?.data).toContain('"Two"');
  expect(await textsIn(roomId, elsewhere)).toEqual(expect.arrayContaining(['One', 'Two']));
  await other.close();
});
