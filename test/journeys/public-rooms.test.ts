import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, innerId } from '../../src/base/ids.ts';
import {
  HistoryDocument,
  JoinRoomDocument,
  MembersDocument,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { Person, people } from '../support/person.ts';
import { add, join, leave, look, makeRoom, roomCalled, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterAll(() => server.close());

const roomsOf = async (person: Person) =>
  (await person.ask(ViewerDocument)).viewer!.memberships.nodes.map(({ room }) => room.name);

describe.each(['CHANNEL', 'STREAM'] as const)('a %s', (kind) => {
  test('is read by anyone signed in, who is no member for it', async () => {
    const roomId = await makeRoom(ada, { kind, name: `${kind} to read` });
    await say(ada, roomId, 'Come in, it is open');

    expect(await textsIn(roomId, grace)).toEqual([`Ada created ${kind} to read.`, 'Come in, it is open']);
    expect(await look(grace, roomId)).toMatchObject({ kind, memberCount: 1, viewerMembership: null });
  });

  test('is joined by anyone, whom everybody sees welcomed', async () => {
    const roomId = await makeRoom(ada, { kind, name: `${kind} to join` });

    const { membership } = await join(grace, roomId);

    const { room } = await ada.ask(HistoryDocument, { roomId, last: 1 });
    expect(membership).toMatchObject({ role: 'MEMBER', state: 'JOINED' });
    expect(room?.messages.edges[0]?.node).toMatchObject({
      kind: 'SYSTEM',
      text: `Welcome to ${kind} to join, Grace!`,
      author: null,
      systemEvent: { type: 'MEMBER_JOINED', subject: { displayName: 'Grace' } },
    });
    expect(await roomsOf(grace)).toContain(`${kind} to join`);
  });

  test('is joined by sending to it', async () => {
    const roomId = await makeRoom(ada, { kind, name: `${kind} to send to` });

    await say(grace, roomId, 'Hello from outside');

    expect((await textsIn(roomId, ada)).slice(-2)).toEqual([
      `Welcome to ${kind} to send to, Grace!`,
      'Hello from outside',
    ]);
    expect(await look(grace, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { state: 'JOINED' } });
    expect(await roomsOf(grace)).toContain(`${kind} to send to`);
  });

  test('is joined again by sending, after leaving', async () => {
    const roomId = await makeRoom(ada, { kind, name: `${kind} to return to` }, [grace]);
    await leave(grace, roomId);

    await say(grace, roomId, 'I am back');

    expect((await textsIn(roomId, ada)).slice(-2)).toEqual([`Welcome to ${kind} to return to, Grace!`, 'I am back']);
    expect((await look(ada, roomId))?.memberCount).toBe(2);
  });
});

test('joining twice, and twice at a time, makes one member and one welcome', async () => {
  const roomId = await roomCalled('travel', ada);

  const joined = await Promise.all([1, 2, 3, 4].map(() => join(ada, roomId)));
  joined.push(await join(ada, roomId));

  expect(new Set(joined.map(({ membership }) => membership!.id)).size).toBe(1);
  expect(await textsIn(roomId, grace)).toEqual(['Welcome to Travel, Ada!']);
  expect((await look(grace, roomId))?.memberCount).toBe(1);
});

test('a welcome is in the language of whoever reads it', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Babel' });
  const pilar = await Person.signIn(server.url, 'Pilar', { language: 'es-MX' });
  await join(pilar, roomId);

  expect((await textsIn(roomId, pilar)).at(-1)).toBe('¡Te damos la bienvenida a Babel, Pilar!');
  expect((await textsIn(roomId, ada)).at(-1)).toBe('Welcome to Babel, Pilar!');
});

test('what several mutations of one request answer is up to date after each', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Stairs' });

  const { data } = await grace.tryAsk(
    `mutation ($room: ID!) { first: ${send('One')} gone: leaveRoom(input: { roomId: $room }) { room { memberCount } }
      second: ${send('Two')} third: ${send('Three')} }`,
    { room: roomId },
  );

  const gone = { room: { memberCount: 1 } };
  expect(data).toEqual({ first: sent('One'), gone, second: sent('Two'), third: sent('Three') });
});
const send = (text: string) => `sendMessage(input: { roomId: $room, text: "${text}" }) { message { room {
  memberCount latestMessage { text } viewerMembership { state } } } }`;
const sent = (text: string) => ({
  message: { room: { memberCount: 2, latestMessage: { text }, viewerMembership: { state: 'JOINED' } } },
});

describe('somebody who is banned', () => {
  let roomId: string;
  let mallory: Person;
  beforeAll(async () => {
    ({ mallory } = await people(server.url, 'Mallory'));
    roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Well-behaved' }, [mallory]);
    await server.app.services.prisma.$executeRaw`UPDATE "Membership" SET "state" = 'BANNED' FROM "User"
      WHERE "User"."id" = "Membership"."userId" AND "displayName" = 'Mallory'`;
  });

  test('neither reads, nor writes, nor joins, nor is brought back', async () => {
    const { sendMessage } = await mallory.ask(SendMessageDocument, { input: { roomId, text: 'Let me in' } });
    const { joinRoom } = await mallory.ask(JoinRoomDocument, { input: { roomId } });
    const addMembers = await add(ada, roomId, [mallory]);

    for (const payload of [sendMessage, joinRoom, addMembers])
      expect(payload.userErrors).toMatchObject([{ code: 'BANNED' }]);
    expect(await look(mallory, roomId)).toBeNull();
    expect(await textsIn(roomId, ada)).not.toContain('Let me in');
  });

  test('not under another spelling of the id either', async () => {
    const shouted = globalId('Room', innerId('Room', roomId).toUpperCase());

    const { errors } = await mallory.tryAsk(MembersDocument, { roomId: shouted });

    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });
});
