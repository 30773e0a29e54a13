import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, newId } from '../../src/base/ids.ts';
import { OpenConversationDocument, type OpenConversationInput, ViewerDocument } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { converse, look, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let hedy: Person;
let mallory: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, hedy, mallory } = await people(server.url, 'Ada', 'Grace', 'Hedy', 'Mallory'));
});
afterAll(() => server.close());

async function open(caller: Person, input: OpenConversationInput) {
  return (await caller.ask(OpenConversationDocument, { input })).openConversation;
}

test('Ada opens a conversation with Grace, who finds it in her list at once', async () => {
  const { room, isNew } = await open(ada, { userIds: [grace.id] });

  const { viewer } = await grace.ask(ViewerDocument);
  expect(isNew).toBe(true);
  expect(room).toMatchObject({ kind: 'DIRECT', slug: null, name: null, memberCount: 2 });
  expect(viewer!.memberships.nodes).toMatchObject([{ role: 'MEMBER', room: { id: room!.id } }]);
  expect(await textsIn(room!.id, grace)).toEqual([]);
});

test('and later finds the same one, as Grace does from her side', async () => {
  const first = await converse(ada, grace);

  expect(await open(ada, { userIds: [grace.id] })).toMatchObject({ isNew: false, room: { id: first } });
  expect(await open(grace, { userIds: [ada.id] })).toMatchObject({ isNew: false, room: { id: first } });
});

test('the order of names, names that are repeated, and her own make no difference', async () => {
  const { room } = await open(ada, { userIds: [grace.id, hedy.id] });

  for (const userIds of [
    [hedy.id, grace.id],
    [grace.id, hedy.id, grace.id],
    [ada.id, hedy.id, grace.id, ada.id],
  ]) {
    expect(await open(ada, { userIds })).toMatchObject({ isNew: false, room: { id: room!.id, memberCount: 3 } });
  }
  expect(await open(hedy, { userIds: [grace.id, ada.id] })).toMatchObject({ isNew: false, room: { id: room!.id } });
});

test('other people or another kind make another conversation', async () => {
  const rooms = [
    await open(ada, { userIds: [grace.id] }),
    await open(ada, { userIds: [grace.id, hedy.id] }),
    await open(ada, { userIds: [hedy.id] }),
    await open(ada, { kind: 'SUPPORT', userIds: [grace.id] }),
  ];

  expect(new Set(rooms.map(({ room }) => room!.id)).size).toBe(rooms.length);
  expect(rooms.at(-1)).toMatchObject({ isNew: true, room: { kind: 'SUPPORT' } });
});

test('ten calls at a time from both sides give one room, and one of them is new', async () => {
  const { katherine, sophie } = await people(server.url, 'Katherine', 'Sophie');
  const sides = Array.from({ length: 10 }, (_, index) => (index % 2 ? [katherine, sophie] : [sophie, katherine]));

  const opened = await Promise.all(sides.map(([caller, other]) => open(caller!, { userIds: [other!.id] })));

  expect(opened.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  expect(new Set(opened.map(({ room }) => room?.id)).size).toBe(1);
  expect(opened.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await look(sophie, opened[0]!.room!.id)).toMatchObject({ memberCount: 2 });
});

test('what one writes the other reads, and nobody else', async () => {
  const roomId = await converse(hedy, grace);
  await say(hedy, roomId, 'Just between us');

  expect(await textsIn(roomId, grace)).toEqual(['Just between us']);
  expect(await look(mallory, roomId)).toBeNull();
});

describe('no conversation', () => {
  test.each<[string, () => OpenConversationInput, string, string[]]>([
    ['with nobody', () => ({ userIds: [] }), 'INVALID_INPUT', ['userIds']],
    ['with oneself alone', () => ({ userIds: [ada.id, ada.id] }), 'INVALID_INPUT', ['userIds']],
    ['with a stranger', () => ({ userIds: [grace.id, globalId('User', newId())] }), 'NOT_FOUND', ['userIds', '1']],
    ['with a room', () => ({ userIds: [globalId('Room', newId())] }), 'INVALID_INPUT', ['userIds', '0']],
    ['of a kind that is none', () => ({ kind: 'GROUP', userIds: [grace.id] }), 'INVALID_INPUT', ['kind']],
    [
      'of fifty-one',
      () => ({ userIds: Array.from({ length: 50 }, () => globalId('User', newId())) }),
      'INVALID_INPUT',
      ['userIds'],
    ],
  ])('%s', async (_what, input, code, path) => {
    const answer = await open(ada, input());

    expect(answer).toMatchObject({ room: null, isNew: false, userErrors: [{ code, path: ['input', ...path] }] });
  });
});
