import { describe, expect, test } from '@jest/globals';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import {
  AddMembersDocument,
  CreateRoomDocument,
  HistoryDocument,
  JoinRoomDocument,
  MembersDocument,
  MembershipsDocument,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import type { Person } from '../support/person.ts';
import {
  add,
  converse,
  done,
  join,
  leave,
  look,
  makeChannel,
  makeGroup,
  makeRoom,
  roomCalled,
  say,
  textsIn,
} from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, mallory } = await withServer('Ada', 'Grace', 'Hedy', 'Mallory');

describe('a public room', () => {
  const roomsOf = async (person: Person) => {
    const { viewer } = await person.ask(MembershipsDocument, { first: 100 });
    return viewer!.memberships.edges.map(({ node }) => node.room.id);
  };

  describe.each(['CHANNEL', 'STREAM'] as const)('of the kind %s', (kind) => {
    test('can be read by every user without joining it', async () => {
      const roomId = await makeRoom(ada, { kind, name: `${kind} to read` });
      await say(ada, roomId, 'Come in, it is open');

      expect(await textsIn(roomId, grace)).toEqual([`Ada created ${kind} to read.`, 'Come in, it is open']);
      expect(await look(grace, roomId)).toMatchObject({ kind, memberCount: 1, viewerMembership: null });
    });

    test('can be joined by every user, and its readers see the welcome', async () => {
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
      expect(await roomsOf(grace)).toContain(roomId);
    });

    test('is joined by sending a message to it', async () => {
      const roomId = await makeRoom(ada, { kind, name: `${kind} to send to` });

      await say(grace, roomId, 'Hello from outside');

      expect((await textsIn(roomId, ada)).slice(-2)).toEqual([
        `Welcome to ${kind} to send to, Grace!`,
        'Hello from outside',
      ]);
      expect(await look(grace, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { state: 'JOINED' } });
      expect(await roomsOf(grace)).toContain(roomId);
    });

    test('is joined again by sending a message after leaving', async () => {
      const roomId = await makeRoom(ada, { kind, name: `${kind} to return to` }, [grace]);
      await leave(grace, roomId);

      await say(grace, roomId, 'I am back');

      expect((await textsIn(roomId, ada)).slice(-2)).toEqual([`Welcome to ${kind} to return to, Grace!`, 'I am back']);
      expect((await look(ada, roomId))?.memberCount).toBe(2);
    });
  });

  test('welcomes a user once who joins several times, in sequence and at once', async () => {
    const roomId = await roomCalled('travel', ada);

    const joined = await Promise.all([1, 2, 3, 4].map(() => join(ada, roomId)));
    joined.push(await join(ada, roomId));

    expect(new Set(joined.map(({ membership }) => membership!.id)).size).toBe(1);
    expect(await textsIn(roomId, grace)).toEqual(['Welcome to Travel, Ada!']);
    expect((await look(grace, roomId))?.memberCount).toBe(1);
  });

  test('shows a welcome in the language of its reader', async () => {
    const roomId = await makeChannel(ada, 'Babel');
    const pilar = await server.signIn('Pilar', { language: 'es-MX' });
    await join(pilar, roomId);

    expect((await textsIn(roomId, pilar)).at(-1)).toBe('¡Te damos la bienvenida a Babel, Pilar!');
    expect((await textsIn(roomId, ada)).at(-1)).toBe('Welcome to Babel, Pilar!');
  });

  const send = (text: string) => `sendMessage(input: { roomId: $room, text: "${text}" }) { message { room {
  memberCount latestMessage { text } viewerMembership { state } } } }`;
  const sent = (text: string) => ({
    message: { room: { memberCount: 2, latestMessage: { text }, viewerMembership: { state: 'JOINED' } } },
  });

  test('is up to date in the answer to each of several mutations of one request', async () => {
    const roomId = await makeChannel(ada, 'Stairs');

    const { data } = await grace.tryAsk(
      `mutation ($room: ID!) { first: ${send('One')} gone: leaveRoom(input: { roomId: $room }) { room { memberCount } }
      second: ${send('Two')} third: ${send('Three')} }`,
      { room: roomId },
    );

    const gone = { room: { memberCount: 1 } };
    expect(data).toEqual({ first: sent('One'), gone, second: sent('Two'), third: sent('Three') });
  });
  describe('with a banned member', () => {
    async function roomThatBansMallory(): Promise<string> {
      const roomId = await makeChannel(ada, 'Well-behaved', [mallory]);
      const where = { roomId: innerId('Room', roomId), userId: innerId('User', mallory.id) };
      await server.app.services.prisma.membership.updateMany({ where, data: { state: 'BANNED' } });
      return roomId;
    }

    test('cannot be read, written to or joined by the banned user, who cannot be added either', async () => {
      const roomId = await roomThatBansMallory();

      const { sendMessage } = await mallory.ask(SendMessageDocument, { input: { roomId, text: 'Let me in' } });
      const { joinRoom } = await mallory.ask(JoinRoomDocument, { input: { roomId } });
      const addMembers = await add(ada, roomId, [mallory]);

      for (const payload of [sendMessage, joinRoom, addMembers])
        expect(payload.userErrors).toMatchObject([{ code: 'BANNED' }]);
      expect(await look(mallory, roomId)).toBeNull();
      expect(await textsIn(roomId, ada)).not.toContain('Let me in');
    });

    test('is listed to the banned user without anything that is in it', async () => {
      const roomId = await roomThatBansMallory();
      await say(ada, roomId, 'Without Mallory');
      const room = 'id name memberCount latestMessage { text } messages { nodes { text } } members { nodes { id } }';

      const { data } = await mallory.tryAsk(`{ rooms(query: "well-behaved") { nodes { ${room} } } }`);

      const { nodes } = (data as { rooms: { nodes: { id: string }[] } }).rooms;
      expect(nodes.find(({ id }) => id === roomId)).toMatchObject({
        ...{ name: 'Well-behaved', memberCount: 0, latestMessage: null },
        ...{ messages: { nodes: [] }, members: { nodes: [] } },
      });
    });

    test('refuses the banned user under another spelling of its id too', async () => {
      const shouted = globalId('Room', innerId('Room', await roomThatBansMallory()).toUpperCase());

      const { errors } = await mallory.tryAsk(MembersDocument, { roomId: shouted });

      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    });
  });
});

describe('a group', () => {
  test('is in the lists of all its members as soon as it exists', async () => {
    const { lise, mary, joan } = await server.people('Lise', 'Mary', 'Joan');

    const roomId = await makeGroup(lise, 'Engine room', [mary, joan]);

    for (const person of [lise, mary, joan]) {
      const { viewer } = await person.ask(ViewerDocument);
      expect(viewer!.memberships.nodes.at(-1)).toMatchObject({
        role: person === lise ? 'OWNER' : 'MEMBER',
        room: { id: roomId, kind: 'GROUP', name: 'Engine room', slug: null, memberCount: 3 },
      });
    }
    expect(await textsIn(roomId, mary)).toEqual([
      'Lise created Engine room.',
      'Welcome to Engine room, Mary!',
      'Welcome to Engine room, Joan!',
    ]);
  });

  test('counts its creator, and counts members once who are named twice', async () => {
    const roomId = await makeGroup(ada, 'Doubles', [ada, grace, grace]);

    expect(await look(ada, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { role: 'OWNER' } });
  });

  test('is not created with a member who does not exist', async () => {
    const memberIds = [grace.id, globalId('User', newId())];

    const { createRoom } = await ada.ask(CreateRoomDocument, { input: { kind: 'GROUP', name: 'Ghosts', memberIds } });

    expect(createRoom).toMatchObject({
      room: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'memberIds', '1'] }],
    });
    expect((await grace.ask(ViewerDocument)).viewer!.memberships.nodes.map(({ room }) => room.name)).not.toContain(
      'Ghosts',
    );
  });

  describe('addMembers', () => {
    test('lets any member add others, and welcomes each of them once', async () => {
      const roomId = await makeGroup(ada, 'Growing', [grace]);

      const { memberships } = done(await add(grace, roomId, [hedy, ada, hedy]));

      expect(memberships.map(({ user, state }) => `${user.displayName} ${state}`)).toEqual([
        'Hedy JOINED',
        'Ada JOINED',
        'Hedy JOINED',
      ]);
      expect((await textsIn(roomId, hedy)).slice(-1)).toEqual(['Welcome to Growing, Hedy!']);
      expect((await look(hedy, roomId))?.memberCount).toBe(3);
    });

    test('adds all users or none', async () => {
      const roomId = await makeGroup(ada, 'Strict');
      const userIds = [grace.id, globalId('User', newId()), hedy.id];

      const { addMembers } = await ada.ask(AddMembersDocument, { input: { roomId, userIds } });

      expect(addMembers).toMatchObject({
        memberships: [],
        userErrors: [{ code: 'NOT_FOUND', path: ['input', 'userIds', '1'] }],
      });
      expect(await look(grace, roomId)).toBeNull();
      expect((await look(ada, roomId))?.memberCount).toBe(1);
    });

    test('does not tell an outsider that the group exists', async () => {
      const roomId = await makeGroup(ada, 'Closed', [grace]);

      const { userErrors } = await add(mallory, roomId, [mallory]);

      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'roomId'] }]);
      expect(await look(mallory, roomId)).toBeNull();
    });

    test('refuses a conversation, whose members are fixed', async () => {
      const { userErrors } = await add(ada, await converse(ada, grace), [hedy]);

      expect(userErrors).toMatchObject([
        { code: 'FORBIDDEN', message: 'The members of a DIRECT or SUPPORT conversation are fixed.' },
      ]);
    });

    test('refuses a caller who reads the channel without having joined it', async () => {
      const roomId = await makeChannel(ada, 'Readers');

      const { userErrors } = await add(mallory, roomId, [grace]);

      expect(userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'roomId'] }]);
    });

    test.each([
      ['no one', 0],
      ['more than a hundred', 101],
    ])('refuses to add %s', async (_what, count) => {
      const roomId = await makeGroup(ada, 'Counted');
      const userIds = Array.from({ length: count }, () => grace.id);

      const { addMembers } = await ada.ask(AddMembersDocument, { input: { roomId, userIds } });

      expect(addMembers.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'userIds'] }]);
    });

    test('welcomes each user once, even if two members add them at once', async () => {
      const roomId = await makeGroup(ada, 'Crowd', [grace]);

      await Promise.all([add(ada, roomId, [hedy, mallory]), add(grace, roomId, [mallory, hedy])]);
      await say(ada, roomId, 'Everybody?');

      expect((await textsIn(roomId, hedy)).filter((text) => text?.startsWith('Welcome'))).toHaveLength(3);
      expect((await look(ada, roomId))?.memberCount).toBe(4);
    });
  });
});

test('a stream counts each of eighty users who join at once', async () => {
  const stream = await makeRoom(ada, { kind: 'STREAM', name: 'Premiere' });
  const crowd = await Promise.all(Array.from({ length: 80 }, (_, index) => server.signIn(`Fan ${index}`)));

  const joined = await Promise.all(crowd.map((fan) => fan.ask(JoinRoomDocument, { input: { roomId: stream } })));

  expect(joined.every(({ joinRoom }) => done(joinRoom).membership?.state === 'JOINED')).toBe(true);
  const roomId = innerId('Room', stream);
  const head = await server.app.services.prisma.roomHead.findUniqueOrThrow({ where: { roomId } });
  expect(head).toMatchObject({ memberCount: 81, lastSequence: 81, lastEventNumber: 162 });
});
