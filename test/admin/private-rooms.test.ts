import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { MessageAddedDocument, RoomDocument, SendMessageDocument } from '../generated/graphql.ts';
import { makeAdmin } from '../support/administrators.ts';
import { Backend } from '../support/backend.ts';
import { ask, type Person } from '../support/person.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { withServerLike } from '../support/with-server.ts';

const { server, ada, grace, root } = await withServerLike(
  { adminReadsPrivate: true, logLevel: 'warn', expectsFaults: true },
  'Ada',
  'Grace',
  'Root',
);
await makeAdmin(server, root);
const backend = await Backend.of(server);
const roomId = await makeGroup(ada, 'Secrets');
const { id: messageId } = await say(ada, roomId, 'Nobody knows');

const everything = `{
  node(id: "${roomId}") { id }
  room(id: "${roomId}") { name messages(last: 1) { nodes { text author { displayName } } } members { nodes { room { id } user { displayName } } } }
  message: node(id: "${messageId}") { id }
}`;
const shown = {
  node: { id: roomId },
  room: {
    name: 'Secrets',
    messages: { nodes: [{ text: 'Nobody knows', author: { displayName: 'Ada' } }] },
    members: { nodes: [{ room: { id: roomId }, user: { displayName: 'Ada' } }] },
  },
  message: { id: messageId },
};

const reads = () =>
  server.logged.filter((line) => line.includes('reads a private room')).map((line) => JSON.parse(line));

describe('with ADMIN_READS_PRIVATE', () => {
  beforeEach(() => {
    server.logged.length = 0;
  });

  test.each<[string, () => Promise<{ data: unknown }>, string]>([
    ['an administrator', () => root.tryAsk(everything), root.id],
    ['an API key', () => backend.tryAsk(everything), backend.userId],
  ])('%s reads a private room of others, and the log says who read which', async (_who, read, reader) => {
    expect(await read()).toEqual({ data: shown });

    const ids = { userId: innerId('User', reader), roomId: innerId('Room', roomId) };
    expect(reads()).toEqual([expect.objectContaining({ ...ids, level: 40, sessionId: expect.any(String) })]);
  });

  test('another user reads nothing, and a member is not logged', async () => {
    expect(await grace.tryAsk(everything)).toEqual({ data: { node: null, room: null, message: null } });
    expect(await ada.tryAsk(everything)).toEqual({ data: shown });

    expect(reads()).toEqual([]);
  });

  test('an administrator can neither follow the room nor write to it', async () => {
    const following = root.follow(MessageAddedDocument, { roomId });
    const { sendMessage } = await root.ask(SendMessageDocument, { input: { roomId, text: 'I see you' } });

    expect(sendMessage.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    await expect(following.next()).resolves.toMatchObject({
      value: { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'NOT_FOUND' }) })] },
    });
  });
});

describe('without ADMIN_READS_PRIVATE', () => {
  let closed: TestServer;
  beforeAll(async () => {
    closed = await startServer({ databaseUrl: server.databaseUrl });
  });
  afterAll(() => closed.close());

  test('an administrator does not see the room', async () => {
    const roomFor = async (person: Person) => (await person.at(closed.url).ask(RoomDocument, { id: roomId })).room;

    expect(await roomFor(ada)).not.toBeNull();
    expect(await roomFor(root)).toBeNull();
  });

  test.each([
    ['an administrator', root.token],
    ['an API key', backend.key],
  ])('%s finds nothing of it by node, room or message, over HTTP and WebSocket', async (_who, token) => {
    const nothing = { data: { node: null, room: null, message: null } };
    const [querying, following] = [await RawSocket.ready(closed.url, token), await RawSocket.ready(closed.url, token)];

    const [overHttp, overSocket] = [await ask(closed.url, everything, {}, token), await querying.ask(everything)];
    const events = await following.ask(`subscription { roomEvents(roomId: "${roomId}") { status } }`);
    for (const socket of [querying, following]) socket.close();

    expect([overHttp, overSocket]).toMatchObject([nothing, { payload: nothing }]);
    expect(JSON.stringify(events)).toContain('NOT_FOUND');
  });
});
