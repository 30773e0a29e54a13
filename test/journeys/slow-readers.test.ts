import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { batchEvents } from '../../src/live/limits.ts';
import { Follower } from '../support/follower.ts';
import { post } from '../support/http.ts';
import { otherEnd } from '../support/other-end.ts';
import { add, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { storeReplies } from '../support/stored-messages.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

const query = `subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { message { sequence text } } }`;

async function sendMany(roomId: string, count: number, text: string): Promise<void> {
  for (let sent = 0; sent < count; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => say(ada, roomId, `${sent + index} ${text}`)));
  }
}

test('a slow reader delays no other, costs no more than its budget, and gets everything in the end', async () => {
  const room = await makeGroup(ada, 'Slow lane', [grace]);
  const { members } = server.app.audiences; // of other tests
  const slow = await RawSocket.ready(server.url, grace.token);
  slow.send({ id: 'slow', type: 'subscribe', payload: { query, variables: { roomId: room } } });
  await server.untilFollowed(room);
  const quick = await Follower.of(ada, room);
  const before = quick.position;

  slow.tcp.pause();
  const text = '🐌'.repeat(3900); // 16 KB: the kernel takes some megabytes before this process notices
  const heapBefore = process.memoryUsage().rss;
  await sendMany(room, 700, text);
  await quick.untilAt(before + 700);
  quick.expectNothingMissed();
  expect(server.app.audiences.members - members).toBe(1); // the slow reader has left its audience
  const waiting = otherEnd(slow.tcp).writableLength;
  expect(waiting).toBeGreaterThan(0); // else nothing was slow
  expect(waiting).toBeLessThan(64 * 1024 + batchEvents * (text.length + 200));
  expect(process.memoryUsage().rss - heapBefore).toBeLessThan(200 * 1024 * 1024);

  slow.tcp.resume();
  const sequences: number[] = [];
  while (sequences.length < 700) {
    const frame = (await slow.next()) as { payload: { data: { messageAdded: { message: { sequence: number } } } } };
    sequences.push(frame.payload.data.messageAdded.message.sequence);
  }
  const first = sequences[0]!;
  expect(sequences).toEqual(Array.from({ length: 700 }, (_, index) => first + index));
  await until(() => server.app.audiences.members - members === 2); // and has joined one again
  slow.close();
});

/**
 * Has the server validate documents. Those that it knows are taken from a socket as they come; new ones one by one, and no
 * more once the socket has much to read.
 */
async function makeKnown(documents: readonly string[]): Promise<void> {
  const socket = await RawSocket.ready(server.url, ada.token);
  for (const [n, query] of documents.entries()) {
    socket.send({ id: `${n}`, type: 'subscribe', payload: { query, variables: { roomId: 'nowhere' } } });
  }
  socket.send({ type: 'ping' });
  for (let frame = await socket.next(); !('type' in frame && frame.type === 'pong'); ) frame = await socket.next();
  socket.close();
}

test('forty subscriptions on one unread socket cost as much as one', async () => {
  const room = await makeGroup(ada, 'Queue', [grace]);
  const { cursor } = (await Follower.of(ada, room)).frames[0]!;
  await sendMany(room, 150, '🐌'.repeat(3900));
  const all = Array.from({ length: 40 }, (_, n) => {
    const aliases = Array.from({ length: 29 }, (_, index) => `a${n}x${index}: text`).join(' ');
    const events = `events { ... on MessageAddedEvent { message { ${aliases} } } }`;
    return `subscription ($roomId: ID!, $after: StreamCursor) { roomEvents(roomId: $roomId, after: $after) { ${events} } }`;
  });
  await makeKnown(all);
  const deaf = await RawSocket.ready(server.url, grace.token);
  deaf.tcp.pause();
  const before = process.memoryUsage().rss;

  deaf.tcp.cork();
  for (const [n, query] of all.entries()) {
    deaf.send({ id: `${n}`, type: 'subscribe', payload: { query, variables: { roomId: room, after: cursor } } });
  }
  deaf.tcp.uncork();
  await server.untilFollowed(room, 41);
  // A later request is answered after all of these: results for them would be rendered by then.
  const quick = await Follower.of(ada, room, cursor);
  await quick.untilHeard(`149 ${'🐌'.repeat(3900)}`);

  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  expect(otherEnd(deaf.tcp).writableLength).toBeLessThan(4 * 1024 * 1024);
  deaf.close();
  await quick.hangUp();
});

test('a client that never reads leaves nothing behind when it is cut', async () => {
  const room = await makeGroup(ada, 'Wall', [grace]);
  const deaf = await RawSocket.ready(server.url, grace.token);
  deaf.send({ id: 'deaf', type: 'subscribe', payload: { query, variables: { roomId: room } } });
  await server.untilFollowed(room);
  deaf.tcp.pause();
  await sendMany(room, 100, '🐌'.repeat(3900));

  deaf.tcp.destroy();

  await server.untilDeserted(room);
});

test('an unfinished request delays no other client', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write('GET /graphql HTTP/1.1\r\n');

  await say(ada, await makeGroup(ada, 'Elsewhere'), 'Still here');

  socket.destroy();
});

describe('large results', () => {
  const longest = '😀'.repeat(4000);
  const tooMuch = { message: 'The operation asks for more than 8 MiB of text. Ask for smaller pages.' };
  const tooMuchAtOnce = { message: 'The operation asks for more than 1 MiB of text. Ask for smaller pages.' };

  let roomId: string;
  /** A hundred messages of the longest texts, each of which answers the one before. */
  beforeEach(async () => {
    roomId = await makeGroup(ada, 'Archive');
    await storeReplies(server, roomId, { author: ada, count: 100, text: longest });
  });

  const ask = (query: string, variables: object = {}) =>
    post(server.url, { query, variables }, { authorization: `Bearer ${ada.token}` });
  const page = 'messages(last: 100) { nodes { text } }';
  const pages = (count: number) => Array.from({ length: count }, (_, n) => `p${n}: ${page}`).join(' ');

  test('have room for a page of a hundred of the longest texts and their replies', async () => {
    const { body } = await ask(`{ room(id: "${roomId}") { messages(last: 100) { nodes { text replyTo { text } } } } }`);

    expect(body?.errors).toBeUndefined();
    const { nodes } = (body!.data as { room: { messages: { nodes: { text: string; replyTo: { text: string } }[] } } })
      .room.messages;
    expect(nodes.filter(({ text }) => text === longest)).toHaveLength(100);
    expect(nodes.filter(({ replyTo }) => replyTo?.text === longest)).toHaveLength(99);
  });

  describe('with more than 8 MiB of texts are refused', () => {
    const aliased = (count: number) => Array.from({ length: count }, (_, n) => `t${n}: text`).join(' ');

    test.each<[string, () => [query: string, variables?: object]]>([
      ['under many names', () => [`{ room(id: "${roomId}") { messages(last: 100) { nodes { ${aliased(6)} } } } }`]],
      ['in many pages', () => [`{ room(id: "${roomId}") { ${pages(6)} } }`]],
      ['in one moment', () => [`{ room(id: "${roomId}") { syncCursor ${pages(6)} } }`]],
      [
        'of the same room',
        () => [`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Room { ${page} } } }`, { ids: Array(6).fill(roomId) }],
      ],
      [
        'in answers',
        () => [`{ room(id: "${roomId}") { messages(last: 100) { nodes { replyTo { ${aliased(5)} } } } } }`],
      ],
    ])('%s', async (_what, operation) => {
      const { body } = await ask(...operation());

      expect(body).toEqual({ errors: [expect.objectContaining(tooMuch)] });
      expect(body?.errors?.[0]?.extensions).toEqual({ code: 'INVALID_INPUT', retryable: false, constraint: 'cost' });
    });

    test('after a mutation each, whose changes remain', async () => {
      const join = (n: number) => `m${n}: joinRoom(input: { roomId: "${roomId}" }) { room { ${page} } }`;

      const { body } = await ask(`mutation { ${[1, 2, 3, 4, 5, 6].map(join).join(' ')} }`);

      expect(body).toEqual({
        errors: [expect.objectContaining({ message: expect.stringContaining(tooMuch.message) })],
      });
      expect(body?.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL', retryable: false, constraint: 'cost' });
    });
  });

  describe('of a subscription may have 1 MiB of texts', () => {
    test('beyond which messageAdded ends', async () => {
      const document = parse(`subscription { messageAdded(roomId: "${roomId}") { message { room { ${page} } } } }`);
      const first = ada.follow(document, {}).next();
      await server.untilFollowed(roomId);

      await say(ada, roomId, 'Anybody there?');

      await expect(first).rejects.toMatchObject([tooMuchAtOnce]);
      await server.untilDeserted(roomId);
    });

    test('beyond which viewerEvents ends, except in its snapshot', async () => {
      const { grace } = await server.people('Grace');
      await add(ada, roomId, [grace]);
      const document = parse(`subscription { viewerEvents {
      ... on ViewerSnapshot { pendingNotifications { room { ${page} } } }
      ... on NotificationAdded { notification { room { ${page} } } }
    } }`);
      const said = await say(ada, roomId, 'Grace is new');
      const results = grace.follow(document, {});
      expect((await results.next()).value.data).toMatchObject({
        viewerEvents: { pendingNotifications: [{ room: { messages: { nodes: expect.any(Array) } } }] },
      });
      const second = results.next();

      await say(ada, roomId, `Welcome, after ${said.id}`);

      await expect(second).rejects.toMatchObject([tooMuchAtOnce]);
      await server.untilDeserted(roomId);
    });

    test('but more if it has many events', async () => {
      const { hedy } = await server.people('Hedy');
      await add(ada, roomId, [hedy]);
      const [room, author] = [innerId('Room', roomId), innerId('User', ada.id)];
      const follower = await Follower.of(hedy, roomId);
      const { cursor } = follower.frames[0]!;
      await follower.hangUp();
      await server.untilDeserted(roomId);
      await server.app.services.prisma.$transaction([
        server.app.services.prisma.$executeRaw`
        INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "replyToId")
        SELECT gen_random_uuid(), h."roomId", "lastSequence" + n, "lastEventNumber" + n, ${author}::uuid, 'Yes', 'y' || n,
          (SELECT "id" FROM "Message" m WHERE m."roomId" = h."roomId" AND m."sequence" = 2)
        FROM "RoomHead" h, generate_series(1, 100) n WHERE h."roomId" = ${room}::uuid`,
        server.app.services.prisma.$executeRaw`
        UPDATE "RoomHead" SET "lastSequence" = "lastSequence" + 100, "lastEventNumber" = "lastEventNumber" + 100
        WHERE "roomId" = ${room}::uuid`,
      ]);
      const query = `subscription ($roomId: ID!, $after: StreamCursor) {
      roomEvents(roomId: $roomId, after: $after) { events { ... on MessageAddedEvent { message { replyTo { text } } } } }
    }`;
      const results = hedy.follow(parse(query), { roomId, after: cursor });
      let count = 0;
      while (count < 100) {
        const { value } = await results.next();
        expect(value.errors).toBeUndefined();
        count += (value.data as { roomEvents: { events: unknown[] } }).roomEvents.events.length;
      }
      await results.return?.();
    });
  });

  test('count control characters as long as they are in JSON', async () => {
    const { id } = await say(ada, roomId, `Bell ${'\u0007'.repeat(3900)} end`);
    const ids = Array(100).fill(id);
    const query = (count: number) =>
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { ${aliased(count)} } } }`;
    const aliased = (count: number) => Array.from({ length: count }, (_, n) => `t${n}: text`).join(' ');

    expect((await ask(query(3), { ids })).body?.errors).toBeUndefined();
    expect((await ask(query(4), { ids })).body?.errors).toMatchObject([tooMuch]);
  });

  test('count long names and topics too', async () => {
    const topic = '😀'.repeat(500);
    const query = `mutation { updateRoom(input: { roomId: "${roomId}", topic: "${topic}" }) { userErrors { code } } }`;
    expect((await ask(query)).body).toEqual({ data: { updateRoom: { userErrors: [] } } });
    const topics = Array.from({ length: 15 }, (_, n) => `t${n}: topic`).join(' ');
    const inner = (last: number) => `... on Room { messages(last: ${last}) { nodes { room { ${topics} } } } }`;
    const asked = (last: number) => ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { ${inner(last)} } }`, { ids });
    const ids = Array(100).fill(roomId);

    expect((await asked(2)).body?.errors).toBeUndefined();
    expect((await asked(3)).body?.errors).toMatchObject([tooMuch]);
  });
});
