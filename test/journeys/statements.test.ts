import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { react } from '../support/messages.ts';
import { Person, people } from '../support/person.ts';
import { add, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let hedy: Person;
let busyRoom: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, hedy } = await people(server.url, 'Ada', 'Grace', 'Hedy'));
  for (let n = 0; n < 30; n += 10) await Promise.all(upTo(10).map((more) => makeStream(n + more)));
  busyRoom = await makeStream(31);
  const newcomers = await Promise.all(upTo(25).map((n) => Person.signIn(server.url, `Newcomer ${n}`)));
  await add(grace, busyRoom, newcomers);
  const { id } = await say(grace, busyRoom, 'Any questions?');
  const replyTo = (n: number) => (n % 4 === 0 ? {} : { replyToId: id });
  const said = await Promise.all(
    upTo(25).map((n) => say([ada, grace, hedy][n % 3]!, busyRoom, `Message ${n}`, replyTo(n))),
  );
  await Promise.all(said.map((message, n) => react([ada, grace, hedy][n % 3]!, message.id, '👍')));
}, 60_000);
afterAll(() => server.close());

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** A stream with members, a question and an answer. */
async function makeStream(n: number): Promise<string> {
  const roomId = await makeRoom(grace, { kind: 'STREAM', name: `Stream ${n}` }, n % 2 === 0 ? [ada, hedy] : [ada]);
  const question = await say(grace, roomId, 'Everybody here?');
  await say(ada, roomId, 'Yes', { replyToId: question.id });
  await say(grace, roomId, 'Then let us begin');
  return roomId;
}

/** Two places of a query that load the same kind of thing may or may not do so in one batch; one statement a row is more. */
const byChance = 6;

/** How many SQL statements it takes to answer Ada, and what the answer says. */
async function cost(query: string, variables: object): Promise<{ statements: number; answer: string }> {
  server.statements.length = 0;
  const { data, errors } = await ada.tryAsk(query, variables);
  expect(errors).toBeUndefined();
  return { statements: server.statements.length, answer: JSON.stringify(data) };
}

const message = `id text author { id displayName } replyTo { id text author { displayName } }
  systemEvent { subject { displayName } } reactionGroups { emoji count viewerHasReacted }`;
const room = `id name memberCount createdBy { displayName } viewerMembership { role user { displayName } }
  latestMessage { ${message} room { name } }
  members(first: 5) { totalCount { value } nodes { role user { displayName } room { name } } }
  messages(last: 3) { nodes { ${message} } }`;

test.each([
  [
    'the directory',
    `query ($n: Int!) { rooms(first: $n, kinds: [STREAM]) { nodes { ${room} } } }`,
    { few: 3, many: 30 },
  ],
  [
    "one's own rooms",
    `query ($n: Int!) { viewer { memberships(first: $n) { nodes { role room { ${room} } } } } }`,
    { few: 3, many: 20 },
  ],
  [
    'what is unread',
    `query ($n: Int!) { viewer { unread { rooms { value } messages { value } } memberships(first: $n) { nodes {
      notificationLevel readState { lastReadSequence unreadCount { value } firstUnreadMessage { ${message} } } } } } }`,
    { few: 3, many: 30 },
  ],
  [
    'history',
    `query ($n: Int!, $room: ID!) { room(id: $room) { messages(last: $n) { nodes { ${message} room { name } } } } }`,
    { few: 8, many: 50 },
  ],
  [
    'members',
    `query ($n: Int!, $room: ID!) { room(id: $room) { members(first: $n) { nodes { user { displayName } room { name } } } } }`,
    { few: 3, many: 25 },
  ],
  ['users', 'query ($n: Int!) { users(first: $n) { nodes { id displayName } } }', { few: 3, many: 25 }],
])('a long page of %s costs as many statements as a short one', async (_list, query, { few, many }) => {
  const short = await cost(query, { n: few, room: busyRoom });
  const long = await cost(query, { n: many, room: busyRoom });

  expect(long.answer.length).toBeGreaterThan(short.answer.length * 2); // else this proves nothing
  expect(long.statements).toBeLessThan(short.statements + byChance);
});

test('many nodes cost as many statements as one of each kind', async () => {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Room { ${room} } ... on Message { ${message} } } }`;
  const { data } = await ada.tryAsk<NodeIds, object>(`{ rooms(kinds: [STREAM], first: 20) { nodes { id } }
    room(id: "${busyRoom}") { messages(last: 30) { nodes { id } } } }`);
  const rooms = data.rooms.nodes.map(({ id }) => id);
  const messages = data.room.messages.nodes.map(({ id }) => id);

  const few = await cost(query, { ids: [rooms[0], messages[0]] });
  const many = await cost(query, { ids: [...rooms, ...messages] });

  expect(many.answer.length).toBeGreaterThan(few.answer.length * 5);
  expect(many.statements).toBeLessThan(few.statements + byChance);
});
interface NodeIds {
  rooms: { nodes: { id: string }[] };
  room: { messages: { nodes: { id: string }[] } };
}

test('sending costs the same in a long room as in a new one', async () => {
  const send = 'mutation ($room: ID!) { sendMessage(input: { roomId: $room, text: "Hi" }) { message { id } } }';
  const fresh = await makeRoom(ada, { kind: 'GROUP', name: 'Fresh' });

  const inFresh = await cost(send, { room: fresh });
  const inBusy = await cost(send, { room: busyRoom });

  expect(inBusy.statements).toBe(inFresh.statements);
});

// One to know who asks, three to find the message, one each to lock the room and to commit, six in between.
test.each([
  ['editMessage', ', text: "Edited"'],
  ['deleteMessage', ''],
  ['addReaction', ', emoji: "🎉"'],
  ['removeReaction', ', emoji: "👍"'],
])('%s costs twelve statements at most', async (name, more) => {
  const { id } = await say(ada, busyRoom, 'To be changed');
  await react(ada, id, '👍');

  const change = `mutation ($id: ID!) { ${name}(input: { messageId: $id${more} }) { userErrors { code } message { id } } }`;
  const { statements, answer } = await cost(change, { id });

  expect(answer).toContain('"userErrors":[]');
  expect(statements).toBeLessThanOrEqual(12);
});
