import { beforeAll, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { schema } from '../../src/schema.ts';
import {
  HistoryDocument,
  JoinRoomDocument,
  LeaveRoomDocument,
  MembersDocument,
  NodeDocument,
  RevokeSessionDocument,
  SendMessageDocument,
  UpdateRoomDocument,
  ViewerDocument,
} from '../generated/graphql.ts';
import { makeAdmin } from '../support/administrators.ts';
import { everyFieldOf } from '../support/every-field.ts';
import { Follower } from '../support/follower.ts';
import { expelMember, promote } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { add, converse, done, join, leave, look, makeChannel, makeGroup, say, textsIn } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, edsger } = await withServer('Ada', 'Grace', 'Hedy', 'Edsger');

describe('a user who leaves a group', () => {
  /** A group that Grace has left. */
  async function groupWithoutGrace(): Promise<string> {
    const group = await makeGroup(ada, 'Analytical Engine', [grace, hedy]);
    await say(ada, group, 'The plans are in the drawer');
    const { membership, room } = await leave(grace, group);
    expect(membership).toMatchObject({ state: 'LEFT', room: { id: group } });
    expect(room).toBeNull();
    return group;
  }

  test('is announced to the other members', async () => {
    const group = await groupWithoutGrace();

    expect((await textsIn(group, ada)).at(-1)).toBe('Grace left.');
    expect(await look(ada, group)).toMatchObject({ memberCount: 2, members: { totalCount: { value: 2 } } });
  });

  test('sees nothing of it any more', async () => {
    const group = await groupWithoutGrace();

    const { viewer } = await grace.ask(ViewerDocument);

    expect(await look(grace, group)).toBeNull();
    expect((await grace.ask(HistoryDocument, { roomId: group })).room).toBeNull();
    expect((await grace.ask(NodeDocument, { id: group })).node).toBeNull();
    expect(viewer!.memberships.nodes.map(({ room }) => room.id)).not.toContain(group);
  });

  test('sees nothing of it in the answer to leaving again', async () => {
    const group = await groupWithoutGrace();
    const again = `mutation { leaveRoom(input: { roomId: "${group}" }) {
      membership { state room { ${everyFieldOf(schema, 'Room', { but: ['viewerMembership', 'syncCursor', 'lastEventNumber'] })} } } } }`;
    await say(ada, group, 'Now that she is gone');
    const rules = { postingPolicy: 'MODERATORS', slowModeSeconds: 5 } as const;
    done((await ada.ask(UpdateRoomDocument, { input: { roomId: group, ...rules } })).updateRoom);

    const { data, errors } = (await grace.tryAsk(again)) as { data: { leaveRoom: Left }; errors?: unknown };

    const { id, kind, postingPolicy, createdAt: _known, __typename, ...rest } = data.leaveRoom.membership.room;
    expect(errors).toBeUndefined();
    expect({ id, kind, postingPolicy }).toEqual({ id: group, kind: 'GROUP', postingPolicy: 'MEMBERS' });
    expect(valuesIn(rest)).toEqual([]);
  });

  test('can neither write to it nor join it again', async () => {
    const group = await groupWithoutGrace();

    const { sendMessage } = await grace.ask(SendMessageDocument, { input: { roomId: group, text: 'Hello?' } });
    const { joinRoom } = await grace.ask(JoinRoomDocument, { input: { roomId: group } });

    const codes = [...sendMessage.userErrors, ...joinRoom.userErrors].map(({ code }) => code);
    expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });

  test('can read the messages of the meantime once a member adds them again', async () => {
    const group = await groupWithoutGrace();
    await say(ada, group, 'Now that she is gone');

    await add(hedy, group, [grace]);

    expect(await textsIn(group, grace)).toContain('Now that she is gone');
    expect((await look(grace, group))?.memberCount).toBe(3);
  });
});

interface Left {
  membership: { room: Record<string, unknown> };
}

/** Paths of all values that are neither null nor 0 nor false nor empty. */
function valuesIn(value: unknown, path = ''): string[] {
  if (!value || path.endsWith('__typename')) return [];
  if (typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, inner]) => valuesIn(inner, `${path}.${key}`));
}

describe('a user who leaves a channel', () => {
  test('can read it and join it again', async () => {
    const channel = await makeChannel(ada, 'Bugs', [grace]);

    const left = await leave(grace, channel);
    expect(left).toMatchObject({ membership: { state: 'LEFT' }, room: { id: channel } });
    expect(await look(grace, channel)).toMatchObject({ viewerMembership: { state: 'LEFT' }, memberCount: 1 });

    const back = await join(grace, channel);
    expect(back).toMatchObject({ membership: { state: 'JOINED', id: left.membership!.id }, room: { id: channel } });
    expect((await look(grace, channel))?.memberCount).toBe(2);
    expect((await textsIn(channel, grace)).slice(-2)).toEqual(['Grace left.', 'Welcome to Bugs, Grace!']);
  });

  test('changes nothing by leaving it again', async () => {
    const channel = await makeChannel(ada, 'Moths', [grace]);
    await leave(grace, channel);
    const before = await textsIn(channel, ada);

    expect(await leave(grace, channel)).toMatchObject({ membership: { state: 'LEFT' } });

    expect(await textsIn(channel, ada)).toEqual(before);
    expect((await look(ada, channel))?.memberCount).toBe(1);
  });

  test('must have joined it before', async () => {
    const channel = await makeChannel(ada, 'Relays');

    const { leaveRoom } = await grace.ask(LeaveRoomDocument, { input: { roomId: channel } });

    expect(leaveRoom).toMatchObject({
      membership: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'roomId'] }],
    });
  });
});

test('the members of a conversation cannot leave it', async () => {
  const conversation = await converse(ada, grace);

  const { leaveRoom } = await grace.ask(LeaveRoomDocument, { input: { roomId: conversation } });

  expect(leaveRoom.userErrors).toMatchObject([{ code: 'FORBIDDEN', path: ['input', 'roomId'] }]);
  expect((await look(ada, conversation))?.memberCount).toBe(2);
});

test('the only owner cannot leave the other members, and can once another is an owner too', async () => {
  const group = await makeGroup(ada, 'Owned', [grace]);

  const { leaveRoom } = await ada.ask(LeaveRoomDocument, { input: { roomId: group } });
  expect(leaveRoom).toMatchObject({ membership: null, userErrors: [{ code: 'CONFLICT', path: ['input', 'roomId'] }] });

  done(await promote(ada, { roomId: group, user: grace, role: 'OWNER' }));
  expect((await leave(ada, group)).membership).toMatchObject({ state: 'LEFT', role: 'MEMBER' });
});

describe('when an administrator removes the owner', () => {
  let admin: Person;
  beforeAll(async () => {
    admin = await server.signIn('Admin');
    await makeAdmin(server, admin);
  });
  const removeOwner = async (roomId: string) => done(await expelMember(admin, { roomId, user: ada }));

  test('the remaining member who first joined becomes the owner, even if they were away', async () => {
    const group = await makeGroup(ada, 'Heirs', [grace, hedy, admin]);
    await leave(grace, group);
    await add(hedy, group, [grace]);

    await removeOwner(group);

    expect(await rolesIn(group, hedy)).toEqual({ Grace: 'OWNER', Hedy: 'MEMBER', Admin: 'MEMBER' });
  });

  test('a moderator becomes the owner before a member', async () => {
    const group = await makeChannel(ada, 'Moderators', [grace, hedy]);
    const where = { roomId: innerId('Room', group), userId: innerId('User', hedy.id) };
    await server.app.services.prisma.membership.updateMany({ where, data: { role: 'MODERATOR' } });

    await removeOwner(group);

    expect(await rolesIn(group, grace)).toEqual({ Grace: 'MEMBER', Hedy: 'OWNER' });
  });

  test('the room is empty if they were the last member', async () => {
    const channel = await makeChannel(ada, 'Echo');

    await removeOwner(channel);

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

test('the room is empty if its owner leaves as the last member', async () => {
  const channel = await makeChannel(ada, 'Echo');

  await leave(ada, channel);

  expect(await look(grace, channel)).toMatchObject({
    memberCount: 0,
    members: { nodes: [], totalCount: { value: 0 } },
  });
});

describe('for subscribers', () => {
  test('a member who leaves gets that event, then ENDED, and no later event', async () => {
    const room = await makeGroup(ada, 'Goodbye', [grace, edsger]);
    const [leaver, stayer] = await Promise.all([Follower.of(grace, room), Follower.of(edsger, room)]);

    const talk = Promise.all(Array.from({ length: 40 }, (_, line) => say(ada, room, `Line ${line}`)));
    await leave(grace, room);
    await talk;
    await say(ada, room, 'The end');
    await leaver.ended;
    await stayer.untilHeard('The end');

    const left = leaver.frames.flatMap(({ events }) => events).at(-1);
    expect(left).toMatchObject({ __typename: 'MembershipChangedEvent', membership: { state: 'LEFT' } });
    expect(leaver.frames.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: left!.eventNumber, events: [] });
    leaver.expectNothingMissed();
    stayer.expectNothingMissed();
  });

  test('a member who was added again resumes with all events after the end, including the message about leaving', async () => {
    const room = await makeGroup(ada, 'Revolving door', [grace]);
    const follower = await Follower.of(grace, room);
    await leave(grace, room);
    await follower.ended;
    await expect(Follower.of(grace, room)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });

    await say(ada, room, 'While she is away');
    await add(ada, room, [grace]);
    follower.resume();
    await follower.untilHeard('Welcome to Revolving door, Grace!');

    expect(follower.texts).toContain('While she is away');
    await follower.hangUp();
  });

  test('a user who leaves a public channel can continue to subscribe', async () => {
    const room = await makeChannel(ada, 'Open air');
    await join(grace, room);
    const follower = await Follower.of(grace, room);

    await leave(grace, room);
    await say(ada, room, 'Anyone may hear this');

    await follower.untilHeard('Anyone may hear this');
    await follower.hangUp();
  });

  test('the subscriptions of a revoked session end with ENDED, its connection closes, and other sessions continue', async () => {
    const { lise, mary } = await server.people('Lise', 'Mary');
    const room = await makeGroup(lise, 'Devices');
    const phone = await RawSocket.ready(server.url, lise.token);
    await phone.ask(`subscription { roomEvents(roomId: "${room}") { status } }`);

    await lise.ask(RevokeSessionDocument, { input: { sessionId: lise.sessionId } });

    expect(await phone.next()).toMatchObject({ type: 'next', payload: { data: { roomEvents: { status: 'ENDED' } } } });
    expect(await phone.next()).toEqual({ type: 'complete', id: '1' });
    expect(await phone.next()).toMatchObject({ closed: 4403 });
    expect((await mary.tryAsk('{ viewer { language } }')).errors).toBeUndefined();
  });
});
