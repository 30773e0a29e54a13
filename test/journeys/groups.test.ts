import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, newId } from '../../src/base/ids.ts';
import { AddMembersDocument, CreateRoomDocument, ViewerDocument } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { add, converse, done, look, makeGroup, makeRoom, say, textsIn } from '../support/rooms.ts';
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

test('Ada makes a group with Grace and Hedy, who find it in their lists at once', async () => {
  const roomId = await makeGroup(ada, 'Engine room', [grace, hedy]);

  for (const person of [ada, grace, hedy]) {
    const { viewer } = await person.ask(ViewerDocument);
    expect(viewer!.memberships.nodes.at(-1)).toMatchObject({
      role: person === ada ? 'OWNER' : 'MEMBER',
      room: { id: roomId, kind: 'GROUP', name: 'Engine room', slug: null, memberCount: 3 },
    });
  }
  expect(await textsIn(roomId, grace)).toEqual([
    'Ada created Engine room.',
    'Welcome to Engine room, Grace!',
    'Welcome to Engine room, Hedy!',
  ]);
});

test('naming herself or somebody twice among the members adds nobody twice', async () => {
  const roomId = await makeGroup(ada, 'Doubles', [ada, grace, grace]);

  expect(await look(ada, roomId)).toMatchObject({ memberCount: 2, viewerMembership: { role: 'OWNER' } });
});

test('a group with somebody who does not exist is not made', async () => {
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
  test('any member brings others in; each is welcomed once', async () => {
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

  test('all of them or none', async () => {
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

  test('not by an outsider, who does not even learn that there is a group', async () => {
    const roomId = await makeGroup(ada, 'Closed', [grace]);

    const { userErrors } = await add(mallory, roomId, [mallory]);

    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'roomId'] }]);
    expect(await look(mallory, roomId)).toBeNull();
  });

  test('not to a conversation', async () => {
    const { userErrors } = await add(ada, await converse(ada, grace), [hedy]);

    expect(userErrors).toMatchObject([{ code: 'FORBIDDEN', message: 'The members of a conversation are fixed.' }]);
  });

  test('not to a channel by somebody who only reads it', async () => {
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Readers' });

    const { userErrors } = await add(mallory, roomId, [grace]);

    expect(userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'roomId'] }]);
  });

  test.each([
    ['nobody', 0],
    ['more than a hundred', 101],
  ])('not %s', async (_what, count) => {
    const roomId = await makeGroup(ada, 'Counted');
    const userIds = Array.from({ length: count }, () => grace.id);

    const { addMembers } = await ada.ask(AddMembersDocument, { input: { roomId, userIds } });

    expect(addMembers.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'userIds'] }]);
  });

  test('the same people added by two members at a time are welcomed once', async () => {
    const roomId = await makeGroup(ada, 'Crowd', [grace]);

    await Promise.all([add(ada, roomId, [hedy, mallory]), add(grace, roomId, [mallory, hedy])]);
    await say(ada, roomId, 'Everybody?');

    expect((await textsIn(roomId, hedy)).filter((text) => text?.startsWith('Welcome'))).toHaveLength(3);
    expect((await look(ada, roomId))?.memberCount).toBe(4);
  });
});
