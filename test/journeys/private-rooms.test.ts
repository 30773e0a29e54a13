import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLField, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import { MembersDocument } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { converse, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Ids of a room, a message in it and a membership of it. */
type Ids = Record<'room' | 'message' | 'member', string>;

let server: TestServer;
let mallory: Person;
let rooms: Record<'group' | 'conversation' | 'missing', Ids>;
let ownRoom: string;
beforeAll(async () => {
  server = await startServer();
  const { ada, grace, ...others } = await people(server.url, 'Ada', 'Grace', 'Mallory');
  mallory = others.mallory;
  ownRoom = await makeGroup(mallory, "Mallory's den");
  const idsIn = async (room: string): Promise<Ids> => {
    const members = (await ada.ask(MembersDocument, { roomId: room })).room!.members.edges;
    return { room, message: (await say(ada, room, 'Hush')).id, member: members[0]!.node.id };
  };
  rooms = {
    group: await idsIn(await makeGroup(ada, 'Secret', [grace])),
    conversation: await idsIn(await converse(ada, grace)),
    missing: {
      room: globalId('Room', newId()),
      message: globalId('Message', newId()),
      member: globalId('RoomMembership', newId()),
    },
  };
});
afterAll(() => server.close());

const user = 'userErrors { __typename code message path }';
/** Every operation that takes the id of a room or of something in it, as an outsider may try it. */
const operations: Record<string, (ids: Ids) => string> = {
  node: ({ room, message, member }) =>
    `{ a: node(id: "${room}") { id } b: node(id: "${message}") { id } c: node(id: "${member}") { id } }`,
  nodes: ({ room, message, member }) => `{ nodes(ids: ["${room}", "${message}", "${member}"]) { id } }`,
  room: ({ room }) => `{ room(id: "${room}") { id name memberCount messages { nodes { text } } } }`,
  updateRoom: ({ room }) =>
    `mutation { updateRoom(input: { roomId: "${room}", name: "Mine" }) { room { id } ${user} } }`,
  archiveRoom: ({ room }) => `mutation { archiveRoom(input: { roomId: "${room}" }) { room { id } ${user} } }`,
  joinRoom: ({ room }) =>
    `mutation { joinRoom(input: { roomId: "${room}" }) { membership { id } room { id } ${user} } }`,
  leaveRoom: ({ room }) =>
    `mutation { leaveRoom(input: { roomId: "${room}" }) { membership { id } room { id } ${user} } }`,
  addMembers: ({ room }) =>
    `mutation { addMembers(input: { roomId: "${room}", userIds: ["${mallory.id}"] }) { memberships { id } ${user} } }`,
  setNotificationLevel: ({ room }) => `mutation {
    setNotificationLevel(input: { roomId: "${room}", level: NONE }) { membership { id } room { id } ${user} } }`,
  markRead: ({ room }) =>
    `mutation { markRead(input: { roomId: "${room}", upToSequence: 1 }) { membership { id } room { id } ${user} } }`,
  sendMessage: ({ room, message }) => `mutation {
    there: sendMessage(input: { roomId: "${room}", text: "Hi" }) { message { id } isReplay ${user} }
    reply: sendMessage(input: { roomId: "${ownRoom}", text: "Hi", replyToId: "${message}" }) { message { id } ${user} } }`,
  editMessage: ({ message }) =>
    `mutation { editMessage(input: { messageId: "${message}", text: "Mine" }) { message { id } ${user} } }`,
  deleteMessage: ({ message }) =>
    `mutation { deleteMessage(input: { messageId: "${message}" }) { message { id } ${user} } }`,
  addReaction: ({ message }) =>
    `mutation { addReaction(input: { messageId: "${message}", emoji: "👀" }) { message { id } ${user} } }`,
  removeReaction: ({ message }) =>
    `mutation { removeReaction(input: { messageId: "${message}", emoji: "👀" }) { message { id } ${user} } }`,
  setTyping: ({ room }) =>
    `mutation { setTyping(input: { roomId: "${room}", isTyping: true }) { expiresInMs ${user} } }`,
  acknowledgeNotifications: ({ room }) => `mutation {
    acknowledgeNotifications(input: { roomId: "${room}", upToSequence: 1 }) { unread { messages { value } } ${user} } }`,
  presenceChanged: ({ room }) => `subscription { presenceChanged(roomIds: ["${room}"]) { onlineCount } }`,
  typingChanged: ({ room }) => `subscription { typingChanged(roomId: "${room}") { users { id } } }`,
  readStateChanged: ({ room }) => `subscription { readStateChanged(roomId: "${room}") { lastReadSequence } }`,
  roomEvents: ({ room }) => `subscription { roomEvents(roomId: "${room}") { status } }`,
  messageAdded: ({ room }) => `subscription { messageAdded(roomId: "${room}") { eventNumber } }`,
};

/** Operations that take ids, but of nothing that is in a room. */
const concernNoRoom = ['user', 'createRoom', 'openConversation', 'revokeSession'];

test('every operation that takes an id is tried', () => {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = types.flatMap((type) => Object.values(type?.getFields() ?? {})).filter(takesId);

  expect(fields.map(({ name }) => name).sort()).toEqual([...Object.keys(operations), ...concernNoRoom].sort());
});

function takesId({ args }: GraphQLField<unknown, unknown>): boolean {
  return args.some(({ type }) => isOrHasId(type));
}

function isOrHasId(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return named.name === 'ID';
  return Object.values(named.getFields()).some((field) => isOrHasId(field.type));
}

describe.each(Object.entries(operations))('%s', (_name, operation) => {
  test.each(['group', 'conversation'] as const)(
    'tells nothing of a foreign %s that it would not tell of a missing one',
    async (kind) => {
      const foreign = JSON.stringify(await mallory.tryAsk(operation(rooms[kind])));
      const missing = JSON.stringify(await mallory.tryAsk(operation(rooms.missing)));

      expect(foreign).toBe(missing);
      expect(foreign).toMatch(/NOT_FOUND|null/);
      expect(foreign).not.toMatch(/INTERNAL|BAD_REQUEST|FORBIDDEN|INVALID/);
    },
  );
});
