import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { Follower } from '../support/follower.ts';
import { otherEnd } from '../support/other-end.ts';
import { type Person, people } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

interface Batch {
  status: string;
  positionBefore: number;
  positionAfter: number;
}

let database: TestDatabase;
let proxy: TcpProxy;
let server: TestServer;
let ada: Person;
beforeEach(async () => {
  database = await freshDatabase();
  const url = new URL(database.url);
  proxy = await TcpProxy.to(Number(url.port));
  url.port = String(proxy.port);
  url.hostname = '127.0.0.1';
  server = await startServer({ databaseUrl: url.href, expectsFaults: true, databaseAnswerMs: 1500, heartbeatMs: 500 });
  ({ ada } = await people(server.url, 'Ada'));
});
afterEach(async () => {
  proxy.release();
  await ada.close();
  await server.close();
  await proxy.close();
  await database.drop();
});

/** Writes long messages that no node remembers, so many that a reader who does not read cannot have them all. */
async function fill(roomId: string, count: number): Promise<void> {
  const [room, author] = [innerId('Room', roomId), innerId('User', ada.id)];
  const { prisma } = server.app.services;
  await prisma.$transaction([
    prisma.$executeRaw`
      INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId")
      SELECT gen_random_uuid(), "roomId", "lastSequence" + n, "lastEventNumber" + n, ${author}::uuid, repeat('🐌', 4000),
        gen_random_uuid()::text
      FROM "RoomHead", generate_series(1, ${count}::int) n WHERE "roomId" = ${room}::uuid`,
    prisma.$executeRaw`
      UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + ${count}::int, "lastEventAt" = now(),
        "lastEventNumber" = "lastEventNumber" + ${count}::int WHERE "roomId" = ${room}::uuid`,
  ]);
}

const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    status positionBefore positionAfter events { ... on MessageAddedEvent { message { text } } }
  }
}`;

test('a reader in mid-replay hears that it is where it was while the database does not answer, and gets the rest after it', async () => {
  const roomId = await makeGroup(ada, 'Tunnel');
  const follower = await Follower.of(ada, roomId);
  const { cursor, positionAfter: start } = follower.frames[0]!;
  await follower.hangUp();
  await server.untilDeserted(roomId);
  await fill(roomId, 900);
  const reader = await RawSocket.ready(server.url, ada.token);
  const { tcp } = reader;
  tcp.pause();
  reader.send({ id: '1', type: 'subscribe', payload: { query, variables: { roomId, after: cursor } } });
  await until(() => otherEnd(tcp).writableLength > 0);

  proxy.hold();
  tcp.resume();
  const batches: Batch[] = [];
  const untilHeard = async (isIt: (batch: Batch) => boolean) => {
    do {
      const frame = (await reader.next()) as { payload: { data: { roomEvents: Batch } } };
      batches.push(frame.payload.data.roomEvents);
    } while (!isIt(batches.at(-1)!));
  };
  let heartbeats = 0;
  await untilHeard(({ status }) => status === 'HEARTBEAT' && ++heartbeats === 3);
  proxy.release();
  await untilHeard(({ positionAfter }) => positionAfter === start + 900);

  let position = start;
  for (const { positionBefore, positionAfter } of batches) {
    expect(positionBefore).toBe(position);
    position = positionAfter;
  }
  reader.close();
}, 60_000);

test('who subscribes while the database does not answer is told so, and can try again', async () => {
  const roomId = await makeGroup(ada, 'Ferry');
  await say(ada, roomId, 'Anybody?');
  const reader = await RawSocket.ready(server.url, ada.token);

  proxy.hold();
  const frame = await reader.ask(query, { roomId });

  expect(frame).toMatchObject({
    payload: { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1000, retryable: true } }] },
  });
  reader.close();
}, 30_000);
