import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MessageAddedDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { post } from '../support/http.ts';
import { otherEnd } from '../support/other-end.ts';
import type { Person } from '../support/person.ts';
import { type ProxiedServer, startProxiedServer } from '../support/proxied-server.ts';
import type { TcpProxy } from '../support/proxy.ts';
import { makeGroup, say } from '../support/rooms.ts';
import type { TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { until } from '../support/until.ts';

describe('without a database', () => {
  const comeBack = { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 };

  let started: ProxiedServer;
  let server: TestServer;
  let ada: Person;
  let roomId: string;
  let socket: RawSocket;
  beforeAll(async () => {
    started = await startProxiedServer();
    ({ server } = started);
    ({ ada } = await server.people('Ada'));
    roomId = await makeGroup(ada, 'Nowhere');
    socket = await RawSocket.ready(server.url, ada.token);
    await started.proxy.close();
  });
  beforeEach(() => {
    server.logged.length = 0;
  });
  afterAll(async () => {
    socket.close();
    await started.close();
  });

  const operations = [
    ['a message', () => `mutation { sendMessage(input: { roomId: "${roomId}", text: "Hi" }) { userErrors { code } } }`],
    ['a query', () => '{ viewer { memberships { nodes { id } } } }'],
    ['a query of one moment', () => `{ room(id: "${roomId}") { syncCursor } }`],
    ['a subscription', () => `subscription { messageAdded(roomId: "${roomId}") { eventNumber } }`],
  ] as const;

  test.each(operations)('over HTTP, %s gets RATE_LIMITED', async (_name, operation) => {
    const { body } = await post(server.url, { query: operation() }, { authorization: `Bearer ${ada.token}` });

    expect(body?.errors).toMatchObject([{ extensions: comeBack }]);
    expect(server.logged).toEqual([]);
  });

  test.each(operations.slice(1))('over WebSocket, %s gets RATE_LIMITED', async (_name, operation) => {
    const frame = await socket.ask(operation());

    const { payload } = frame as { payload: object[] | { errors: object[] } };
    expect('errors' in payload ? payload.errors : payload).toMatchObject([{ extensions: comeBack }]);
    expect(server.logged).toEqual([]);
    if ('type' in frame && frame.type === 'next') await socket.next(); // complete
  });

  test('a stream of events ends with RATE_LIMITED', async () => {
    const { value } = await listen(ada, MessageAddedDocument, { roomId }).next();

    expect(value).toMatchObject({ errors: [{ extensions: comeBack }] });
  });

  test('a WebSocket that cannot sign in is closed with a code after which clients connect again', async () => {
    const late = await RawSocket.open(server.url);
    const closed = once(late.socket, 'close');

    late.send({ type: 'connection_init', payload: { token: ada.token } });

    expect((await closed)[0]).toBe(1013);
  });
});

describe('a database that does not answer', () => {
  interface Batch {
    status: string;
    positionBefore: number;
    positionAfter: number;
  }

  let started: ProxiedServer;
  let server: TestServer;
  let proxy: TcpProxy;
  let ada: Person;
  beforeEach(async () => {
    started = await startProxiedServer({ databaseAnswerMs: 1500, heartbeatMs: 500 });
    ({ server, proxy } = started);
    ({ ada } = await server.people('Ada'));
  });
  afterEach(() => started.close());

  const query = `subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    status positionBefore positionAfter events { ... on MessageAddedEvent { message { text } } }
  }
}`;

  test('a reader in mid-replay gets heartbeats, and the rest once the database answers', async () => {
    const roomId = await makeGroup(ada, 'Tunnel');
    const follower = await Follower.of(ada, roomId);
    const { cursor, positionAfter: start } = follower.frames[0]!;
    await follower.hangUp();
    await server.untilDeserted(roomId);
    await storeMessages(server, roomId, { author: ada, count: 900, text: '🐌'.repeat(4000) });
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
  });

  test('a new subscription gets RATE_LIMITED', async () => {
    const roomId = await makeGroup(ada, 'Ferry');
    await say(ada, roomId, 'Anybody?');
    const reader = await RawSocket.ready(server.url, ada.token);

    proxy.hold();
    const frame = await reader.ask(query, { roomId });

    expect(frame).toMatchObject({
      payload: { errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1000, retryable: true } }] },
    });
    reader.close();
  });
});
