import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import { MessageAddedDocument, RoomStateDocument, SendMessageDocument } from '../generated/graphql.ts';
import { type Backup, backUp } from '../support/backup.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { Follower } from '../support/follower.ts';
import { otherEnd } from '../support/other-end.ts';
import { type Person, take } from '../support/person.ts';
import { inHalves, RawConnection } from '../support/raw-http.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { makeGroup, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { postStream } from '../support/sse.ts';
import { until } from '../support/until.ts';

describe('a restored backup', () => {
  let database: TestDatabase;
  let server: TestServer;
  let ada: Person;
  let grace: Person;
  let roomId: string;
  let backup: Backup;
  /** A device of Grace that subscribed before the backup and received events after it. */
  let follower: Follower;
  beforeEach(async () => {
    database = await freshDatabase();
    server = await startServer({ databaseUrl: database.url, expectsFaults: true });
    ({ ada, grace } = await server.people('Ada', 'Grace'));
    roomId = await makeGroup(ada, 'Archive', [grace]);
    follower = await Follower.of(grace, roomId);
    await say(ada, roomId, 'Kept');
    await follower.untilHeard('Kept');
    backup = await backUp(database.url);
    await sayMany('Lost', 3);
    await follower.untilHeard('Lost 2');
  });
  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  /** Sends so many messages, each as soon as the server reaches its database again. */
  async function sayMany(text: string, count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      const clientMessageId = crypto.randomUUID();
      await until(() => say(ada, roomId, `${text} ${number}`, { clientMessageId }).then(Boolean, () => false));
    }
  }

  /** Writes as many events into the backup as were lost, as clients would after an earlier restore. */
  async function goOnInBackup(count: number): Promise<void> {
    const client = new pg.Client(backup.url);
    await client.connect();
    await client.query(
      `INSERT INTO "RoomEvent" ("roomId", "eventNumber", "type", "occurredAt")
     SELECT "roomId", "lastEventNumber" + n, 'ROOM_UPDATED', now() FROM "RoomHead", generate_series(1, $2::int) n
     WHERE "roomId" = $1`,
      [innerId('Room', roomId), count],
    );
    await client.query(
      `UPDATE "RoomHead" SET "lastEventNumber" = "lastEventNumber" + $2, "lastEventAt" = now() WHERE "roomId" = $1`,
      [innerId('Room', roomId), count],
    );
    await client.end();
  }

  /** Returns the cursor of the frame with a text. */
  const cursorAfter = (text: string) =>
    follower.frames.find(({ events }) => events.some((event) => 'message' in event && event.message?.text === text))!
      .cursor;

  test('makes the cursors of lost events unknown after a restart, and keeps earlier ones valid', async () => {
    await follower.hangUp();
    const [kept, lost] = [cursorAfter('Kept'), cursorAfter('Lost 2')];
    await server.close();
    await backup.restore();
    server = await startServer({
      databaseUrl: database.url,
      expectsFaults: true,
      port: Number(new URL(server.url).port),
    });
    await sayMany('New', 3);

    const inTime = await Follower.of(grace, roomId, kept);
    const tooLate = await Follower.of(grace, roomId, lost);
    await inTime.untilHeard('New 2');

    expect(tooLate.frames).toMatchObject([{ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', events: [] }]);
    const added = grace.follow(MessageAddedDocument, { roomId, after: lost });
    await expect(take(added, 1)).rejects.toMatchObject([{ extensions: { code: 'CURSOR_UNKNOWN' } }]);
    expect(inTime.texts).toEqual(['New 0', 'New 1', 'New 2']);
    const { room } = await grace.ask(RoomStateDocument, { roomId });
    const again = await Follower.of(grace, roomId, room!.syncCursor);
    expect(again.frames).toMatchObject([{ status: 'LIVE', events: [] }]);
  });

  test('resets the subscriptions of a server that runs meanwhile, without mixing the two histories', async () => {
    await backup.restore();
    await sayMany('New', 3);
    await follower.ended;

    expect(follower.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
    expect(follower.texts).toEqual(['Kept', 'Lost 0', 'Lost 1', 'Lost 2']);
  });

  test.each([3, 8])('resets them too if %i events were written to it before', async (count) => {
    await goOnInBackup(count);

    await backup.restore();
    await follower.ended;

    expect(follower.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', events: [] });
    expect(follower.texts).toEqual(['Kept', 'Lost 0', 'Lost 1', 'Lost 2']);
  });

  test('resets the subscriptions to a room that it does not have', async () => {
    const gone = await makeGroup(ada, 'Gone', [grace]);
    const late = await Follower.of(grace, gone);

    await backup.restore();
    await late.ended;

    expect(late.frames.at(-1)).toMatchObject({ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' });
    await until(() =>
      grace.ask(RoomStateDocument, { roomId: gone }).then(
        ({ room }) => room === null,
        () => false,
      ),
    );
  });
});

describe('a server that stops', () => {
  let server: TestServer;
  let ada: Person;
  let roomId: string;
  beforeEach(async () => {
    server = await startServer();
    ({ ada } = await server.people('Ada'));
    roomId = await makeGroup(ada, 'Closing time');
  });
  afterEach(() => server.close());

  test('acknowledges and keeps a message that is being written', async () => {
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

  test('answers a request that is still arriving', async () => {
    const [start, rest] = inHalves('{ server { version } }');
    const peer = await RawConnection.open(server.url);
    peer.send(start);
    await until(() => otherEnd(peer.socket).bytesRead > 0);

    const closed = server.app.close();
    peer.send(rest);
    await Promise.all([closed, peer.closed]);

    expect(peer.received).toMatch(/^HTTP\/1.1 200 .*\r\nconnection: close\r\n.*"version"/is);
  });

  test('ends its streams without `complete`, so that clients resume elsewhere', async () => {
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
});

test('a server that stops answers pending operations on WebSockets, then closes them with 1001', async () => {
  const server = await startServer();
  const { ada } = await server.people('Ada');
  const room = await makeGroup(ada, 'Last');
  const peers = await Promise.all([1, 2, 3].map(() => RawPeer.open(server.url, { token: ada.token })));
  const live = `subscription { roomEvents(roomId: "${room}") { status } }`;
  const send = `mutation { sendMessage(input: { roomId: "${room}", text: "Bye" }) { message { text } } }`;

  const closing = await server.app.services.prisma.$transaction(
    async (db) => {
      await db.$executeRaw`LOCK TABLE "Message" IN EXCLUSIVE MODE`;
      for (const peer of peers) {
        peer.say({ id: 'live', type: 'subscribe', payload: { query: live } });
        await peer.nth(2);
        peer.sayAll([{ id: 'send', type: 'subscribe', payload: { query: send } }, { type: 'ping' }]);
        await peer.nth(3);
      }
      // Wrapped in an object: an async function would await a bare promise before the lock is released.
      return { closed: server.close() };
    },
    { timeout: 15_000 },
  );

  for (const peer of peers) {
    expect(await peer.closeFrame()).toEqual({ code: 1001, reason: 'Going away' });
    const sent = peer.messages.filter(({ id }) => id === 'send');
    // A refusal for lack of time is an answer too.
    expect(sent).toMatchObject([{ payload: { data: { sendMessage: {} } } }, { type: 'complete' }]);
    peer.tcp.destroy();
  }
  await closing.closed;
});
