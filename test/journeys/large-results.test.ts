import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/base/ids.ts';
import { Follower } from '../support/follower.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { add, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const longest = '😀'.repeat(4000);
const tooMuch = { message: 'The operation asks for more than 8 MiB of text. Ask for smaller pages.' };
const tooMuchAtOnce = { message: 'The operation asks for more than 1 MiB of text. Ask for smaller pages.' };

let server: TestServer;
let ada: Person;
let roomId: string;
/** A hundred messages of the longest texts, each of which answers the one before. */
beforeAll(async () => {
  server = await startServer();
  ({ ada } = await people(server.url, 'Ada'));
  roomId = await makeGroup(ada, 'Archive');
  const [room, author] = [innerId('Room', roomId), innerId('User', ada.id)];
  await server.app.services.prisma.$executeRaw`
    WITH "written" AS (SELECT gen_random_uuid() AS id, n FROM generate_series(2, 101) n)
    INSERT INTO "Message" ("id", "roomId", "sequence", "eventNumber", "authorId", "text", "clientMessageId", "replyToId")
    SELECT w.id, ${room}::uuid, w.n, w.n + 1, ${author}::uuid, ${longest}, 'c' || w.n, "before".id
    FROM "written" w LEFT JOIN "written" "before" ON "before".n = w.n - 1`;
  await server.app.services.prisma.$executeRaw`
    UPDATE "RoomHead" SET "lastSequence" = 101, "lastEventNumber" = 102 WHERE "roomId" = ${room}::uuid`;
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

const ask = (query: string, variables: object = {}) =>
  post(server.url, { query, variables }, { authorization: `Bearer ${ada.token}` });
const page = 'messages(last: 100) { nodes { text } }';
const pages = (count: number) => Array.from({ length: count }, (_, n) => `p${n}: ${page}`).join(' ');

test('a page of a hundred of the longest texts is answered, with what each of them replies to', async () => {
  const { body } = await ask(`{ room(id: "${roomId}") { messages(last: 100) { nodes { text replyTo { text } } } } }`);

  expect(body?.errors).toBeUndefined();
  const { nodes } = (body!.data as { room: { messages: { nodes: { text: string; replyTo: { text: string } }[] } } })
    .room.messages;
  expect(nodes.filter(({ text }) => text === longest)).toHaveLength(100);
  expect(nodes.filter(({ replyTo }) => replyTo?.text === longest)).toHaveLength(99);
});

describe('texts of more than 8 MiB are refused in a few bytes,', () => {
  const aliased = (count: number) => Array.from({ length: count }, (_, n) => `t${n}: text`).join(' ');

  test.each<[string, () => [query: string, variables?: object]]>([
    ['under many names', () => [`{ room(id: "${roomId}") { messages(last: 100) { nodes { ${aliased(6)} } } } }`]],
    ['in many pages', () => [`{ room(id: "${roomId}") { ${pages(6)} } }`]],
    ['in one moment', () => [`{ room(id: "${roomId}") { syncCursor ${pages(6)} } }`]],
    [
      'of the same room',
      () => [`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Room { ${page} } } }`, { ids: Array(6).fill(roomId) }],
    ],
    ['in answers', () => [`{ room(id: "${roomId}") { messages(last: 100) { nodes { replyTo { ${aliased(5)} } } } } }`]],
    [
      'after a mutation each',
      () => {
        const send = (n: number) => `m${n}: joinRoom(input: { roomId: "${roomId}" }) { room { ${page} } }`;
        return [`mutation { ${[1, 2, 3, 4, 5, 6].map(send).join(' ')} }`];
      },
    ],
  ])('%s', async (_what, operation) => {
    const { body } = await ask(...operation());

    expect(body).toEqual({ errors: [expect.objectContaining(tooMuch)] });
    expect(body?.errors?.[0]?.extensions).toEqual({ code: 'INVALID_INPUT', retryable: false });
  });
});

describe('a result of a subscription may have 1 MiB of texts,', () => {
  test('beyond which it ends: of a log', async () => {
    const document = parse(`subscription { messageAdded(roomId: "${roomId}") { message { room { ${page} } } } }`);
    const first = ada.follow(document, {}).next();
    await server.untilFollowed(roomId);

    await say(ada, roomId, 'Anybody there?');

    await expect(first).rejects.toMatchObject([tooMuchAtOnce]);
    await server.untilDeserted(roomId);
  });

  test('or of what concerns its reader, but for the snapshot that it begins with', async () => {
    const { grace } = await people(server.url, 'Grace');
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
    await grace.close();
  });

  test('but more if it tells of many events: all of them are short answers to the longest texts', async () => {
    const { hedy } = await people(server.url, 'Hedy');
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
    await hedy.close();
  });
});

test('control characters count as what they take in the result', async () => {
  const { id } = await say(ada, roomId, `Bell ${'\u0007'.repeat(3900)} end`);
  const ids = Array(100).fill(id);
  const query = (count: number) => `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { ${aliased(count)} } } }`;
  const aliased = (count: number) => Array.from({ length: count }, (_, n) => `t${n}: text`).join(' ');

  expect((await ask(query(3), { ids })).body?.errors).toBeUndefined();
  expect((await ask(query(4), { ids })).body?.errors).toMatchObject([tooMuch]);
});

test('long names and topics count as well', async () => {
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
