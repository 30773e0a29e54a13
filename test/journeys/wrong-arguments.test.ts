import { beforeAll, describe, expect, test } from '@jest/globals';
import { post } from '../support/http.ts';
import { makeGroup } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

let roomId: string;
beforeAll(async () => {
  roomId = await makeGroup(ada, 'Library');
});

async function errorsOf(query: string, variables: Record<string, unknown> = {}) {
  const { body } = await post(server.url, { query, variables }, { authorization: `Bearer ${ada.token}` });
  return body?.errors;
}

const roomsNamed = (name: string) => server.app.services.prisma.room.count({ where: { name } });
const creating = (name: string, selection: string) =>
  `mutation { createRoom(input: { kind: GROUP, name: "${name}" }) { room { ${selection} } userErrors { code } } }`;

test.each([
  ['selected directly', creating('Sync me', 'syncCursor'), {}],
  [
    'skipped by a variable, in a fragment',
    `mutation ($no: Boolean!) { createRoom(input: { kind: GROUP, name: "Sync me" }) { room { ...Part } } }
      fragment Part on Room { ... on Room { syncCursor @skip(if: $no) } }`,
    { no: true },
  ],
])('a mutation with a field for queries, %s, is refused before it changes anything', async (_how, query, variables) => {
  expect(await errorsOf(query, variables)).toMatchObject([
    {
      message: '`syncCursor` is available in queries only.',
      locations: [{ line: expect.any(Number) }],
      extensions: { code: 'INVALID_INPUT', constraint: 'query', retryable: false },
    },
  ]);
  expect(await roomsNamed('Sync me')).toBe(0);
});

describe('if a mutation asks for its result with a wrong argument, the error says that the change was made', () => {
  test.each([
    ['a page that is too large', 'messages(first: 101) { nodes { id } }', 'messages', ['first'], 'pageSize'],
    ['a cursor that is none', 'members(after: "x") { nodes { role } }', 'members', ['after'], 'cursor'],
    ['a negative number', 'messagesAround(sequence: -1) { nodes { id } }', 'messagesAround', ['sequence'], 'min'],
  ])('%s', async (what, selection, field, path, constraint) => {
    expect(await errorsOf(creating(what, selection))).toMatchObject([
      {
        message: expect.stringMatching(/^The mutation was executed, but its result cannot be shown: ./),
        path: ['createRoom', 'room', field],
        extensions: { code: 'INTERNAL', retryable: false, path, constraint },
      },
    ]);
    expect(await roomsNamed(what)).toBe(1);
    expect(server.logged).toEqual([]);
  });
});

describe('the error about a wrong argument names its path and the rule, over HTTP and WebSocket alike:', () => {
  const long = 'x'.repeat(101);
  const deep = 'members(first: 100) { nodes { room { members(first: 100) { nodes { role } } } } }';
  test.each<[string, () => string, object]>([
    ['the cost', () => `{ rooms(first: 100) { nodes { ${deep} } } }`, { constraint: 'cost' }],
    [
      'a number',
      () => `{ room(id: "${roomId}") { messagesAround(sequence: -1) { nodes { id } } } }`,
      { path: ['sequence'], constraint: 'min' },
    ],
    [
      'a field of an argument',
      () => `{ viewer { memberships(filter: { query: "${long}" }) { nodes { role } } } }`,
      { path: ['filter', 'query'], constraint: 'maxLength' },
    ],
    [
      'a language',
      () => 'mutation { updateProfile(input: { language: "%" }) { user { id } } }',
      { constraint: 'languageTag' },
    ],
    [
      'an id',
      () => 'subscription { messageAdded(roomId: "x") { eventNumber } }',
      { path: ['roomId'], constraint: 'id' },
    ],
  ])('%s', async (_what, query, rule) => {
    const extensions = { code: 'INVALID_INPUT', retryable: false, ...rule };

    const socket = await RawSocket.ready(server.url, ada.token);

    const { payload } = (await socket.ask(query(), {})) as { payload: object };

    const [error] = 'errors' in payload ? (payload.errors as object[]) : (payload as object[]);
    expect(error).toEqual(expect.objectContaining({ extensions }));
    if (!query().startsWith('subscription')) expect((await errorsOf(query()))?.[0]?.extensions).toEqual(extensions);
    socket.close();
  });
});

test('a mutation that is refused for its variables does not say that it was executed', async () => {
  const query = `mutation ($input: CreateGuestSessionInput!) { createGuestSession(input: $input) { userErrors { code } } }`;
  const inLanguage = (language: string) => errorsOf(query, { input: { displayName: 'Ida', language } });

  expect(await inLanguage('en')).toBeUndefined();

  // The second time, the server knows the cost of the document and executes it without checking it again.
  const [error] = (await inLanguage('zz zz')) as { message: string; extensions: object }[];
  expect(error?.message).not.toContain('was executed');
  expect(error?.extensions).toMatchObject({ code: 'INVALID_INPUT' });
});
