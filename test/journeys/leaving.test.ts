import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import {
  HistoryDocument,
  JoinRoomDocument,
  LeaveRoomDocument,
  MembersDocument,
  NodeDocument,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { everyFieldOf } from '../support/every-field.ts';
import { type Person, people } from '../support/person.ts';
import { add, converse, join, leave, look, makeGroup, makeRoom, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let hedy: Person;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, hedy } = await people(server.url, 'Ada', 'Grace', 'Hedy'));
});
afterAll(() => server.close());

describe('Grace leaves a group', () => {
  let group: string;
  beforeAll(async () => {
    group = await makeGroup(ada, 'Analytical Engine', [grace, hedy]);
    await say(ada, group, 'The plans are in the drawer');
    const { membership, room } = await leave(grace, group);
    expect(membership).toMatchObject({ state: 'LEFT', room: { id: group } });
    expect(room).toBeNull();
  });

  test('which the others are told', async () => {
    expect((await textsIn(group, ada)).at(-1)).toBe('Grace left.');
    expect(await look(ada, group)).toMatchObject({ memberCount: 2, members: { totalCount: { value: 2 } } });
  });

  test('and sees nothing of it any more', async () => {
    const { viewer } = await grace.ask(ViewerDocument);

    expect(await look(grace, group)).toBeNull();
    expect((await grace.ask(HistoryDocument, { roomId: group })).room).toBeNull();
    expect((await grace.ask(NodeDocument, { id: group })).node).toBeNull();
    expect(viewer!.memberships.nodes.map(({ room }) => room.id)).not.toContain(group);
  });

  test('not even through the membership that leaving again answers with', async () => {
    const again = `mutation { leaveRoom(input: { roomId: "${group}" }) {
      membership { state room { ${everyFieldOf(schema, 'Room', { but: ['viewerMembership', 'syncCursor'] })} } } } }`;
    await say(ada, group, 'Now that she is gone');

    const { data, errors } = (await grace.tryAsk(again)) as { data: { leaveRoom: Left }; errors?: unknown };

    const { id, kind, createdAt: _known, __typename, ...rest } = data.leaveRoom.membership.room;
    expect(errors).toBeUndefined();
    expect({ id, kind }).toEqual({ id: group, kind: 'GROUP' });
    expect(somethingIn(rest)).toEqual([]);
  });
  interface Left {
    membership: { room: Record<string, unknown> };
  }

  /** Names of what is neither null nor 0 nor false nor empty, down to the leaves. */
  function somethingIn(value: unknown, path = ''): string[] {
    if (!value || path.endsWith('__typename')) return [];
    if (typeof value !== 'object') return [path];
    return Object.entries(value).flatMap(([key, inner]) => somethingIn(inner, `${path}.${key}`));
  }

  test('and can neither write nor come back by herself, but be brought back', async () => {
    const { sendMessage } = await grace.ask(SendMessageDocument, { input: { roomId: group, text: 'Hello?' } });
    const { joinRoom } = await grace.ask(JoinRoomDocument, { input: { roomId: group } });
    expect([...sendMessage.userErrors, ...joinRoom.userErrors].map(({ code }) => code)).toEqual([
      'NOT_FOUND',
      'NOT_FOUND',
    ]);

    await add(hedy, group, [grace]);

    expect(await textsIn(group, grace)).toContain('Now that she is gone');
    expect((await look(grace, group))?.memberCount).toBe(3);
  });
});

describe('Grace leaves a channel', () => {
  test('which stays open to her: she reads it, and joins again', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Bugs' }, [grace]);

    const left = await leave(grace, channel);
    expect(left).toMatchObject({ membership: { state: 'LEFT' }, room: { id: channel } });
    expect(await look(grace, channel)).toMatchObject({ viewerMembership: { state: 'LEFT' }, memberCount: 1 });

    const back = await join(grace, channel);
    expect(back).toMatchObject({ membership: { state: 'JOINED', id: left.membership!.id }, room: { id: channel } });
    expect((await look(grace, channel))?.memberCount).toBe(2);
    expect((await textsIn(channel, grace)).slice(-2)).toEqual(['Grace left.', 'Welcome to Bugs, Grace!']);
  });

  test('again, which changes nothing and tells nobody', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Moths' }, [grace]);
    await leave(grace, channel);
    const before = await textsIn(channel, ada);

    expect(await leave(grace, channel)).toMatchObject({ membership: { state: 'LEFT' } });

    expect(await textsIn(channel, ada)).toEqual(before);
    expect((await look(ada, channel))?.memberCount).toBe(1);
  });

  test('that she was never in', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Relays' });

    const { leaveRoom } = await grace.ask(LeaveRoomDocument, { input: { roomId: channel } });

    expect(leaveRoom).toMatchObject({
      membership: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'roomId'] }],
    });
  });
});

test('nobody leaves a conversation', async () => {
  const conversation = await converse(ada, grace);

  const { leaveRoom } = await grace.ask(LeaveRoomDocument, { input: { roomId: conversation } });

  expect(leaveRoom.userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'roomId'] }]);
  expect((await look(ada, conversation))?.memberCount).toBe(2);
});

describe('when the owner leaves', () => {
  test('the member who has been there longest owns the room', async () => {
    const group = await makeGroup(ada, 'Heirs', [grace, hedy]);
    await leave(grace, group);
    await add(hedy, group, [grace]);

    await leave(ada, group);

    expect(await rolesIn(group, hedy)).toEqual({ Grace: 'MEMBER', Hedy: 'OWNER' });
  });

  test('a moderator goes before a member', async () => {
    const group = await makeGroup(ada, 'Moderators', [grace, hedy]);
    await server.app.services.prisma.$executeRaw`
      UPDATE "Membership" SET "role" = 'MODERATOR' WHERE "roomId" = ${innerId('Room', group)}::uuid AND "userId" = ${innerId('User', hedy.id)}::uuid`;

    await leave(ada, group);

    expect(await rolesIn(group, grace)).toEqual({ Grace: 'MEMBER', Hedy: 'OWNER' });
  });

  test('the last one to leave leaves an empty room', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Echo' });

    await leave(ada, channel);

    expect(await look(grace, channel)).toMatchObject({
      memberCount: 0,
      members: { nodes: [], totalCount: { value: 0 } },
    });
  });

  async function rolesIn(roomId: string, reader: Person): Promise<Record<string, string>> {
    const { room } = await reader.ask(MembersDocument, { roomId });
    return Object.fromEntries(room!.members.edges.map(({ node }) => [node.user.displayName, node.role]));
  }
});
