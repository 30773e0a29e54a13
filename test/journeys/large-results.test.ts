import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { innerId } from '../../src/ids.ts';
import { post } from '../support/http.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

const longest = '😀'.repeat(4000);
const tooMuch = { message: 'The operation asks for more than 8 MiB of text. Ask for smaller pages.' };

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

  test('so that a subscription ends that asks for them with each event', async () => {
    const document = parse(
      `subscription ($roomId: ID!) { messageAdded(roomId: $roomId) { message { room { ${pages(6)} } } } }`,
    );
    const results = ada.follow(document as never, { roomId });
    const first = results.next();
    await server.untilFollowed(roomId);

    await say(ada, roomId, 'Anybody there?');

    await expect(first).rejects.toMatchObject([tooMuch]);
    await server.untilDeserted(roomId);
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
