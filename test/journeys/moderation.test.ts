import { beforeEach, describe, expect, test } from '@jest/globals';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import { JoinRoomDocument, MuteMemberDocument, RoomEventsDocument, SendMessageDocument } from '../generated/graphql.ts';
import { lastEventNumber } from '../support/head.ts';
import { ban, expelMember, inMs, mute, noEnd, promote, slowDown, unban, unmute } from '../support/moderating.ts';
import type { Person } from '../support/person.ts';
import { add, converse, done, join, leave, look, makeChannel, makeGroup, say, textsIn } from '../support/rooms.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, hedy, mallory } = await withServer('Ada', 'Grace', 'Hedy', 'Mallory');

/** Ada owns it, Hedy moderates it, Grace and Mallory are members. */
let roomId: string;
beforeEach(async () => {
  roomId = await makeChannel(ada, 'Moderated', [grace, hedy, mallory]);
  done(await promote(ada, { roomId, user: hedy, role: 'MODERATOR' }));
});

const send = async (author: Person, text = 'Hello', room = roomId) =>
  (await author.ask(SendMessageDocument, { input: { roomId: room, text } })).sendMessage;
const codesOf = ({ userErrors }: { userErrors: { code: string; path?: string[] | null }[] }) =>
  userErrors.map(({ code, path }) => [code, path?.at(-1)].filter(Boolean).join(' '));

describe('a ban', () => {
  const terms = { reason: 'Spam', until: '2096-01-01T00:00:00.000Z' };

  test('from a public room ends reading, joining and sending', async () => {
    const { membership } = done(await ban(hedy, { roomId, user: mallory, terms }));

    expect(membership).toMatchObject({ state: 'BANNED', bannedUntil: terms.until, moderationReason: 'Spam' });
    expect(await look(mallory, roomId)).toBeNull();
    expect(codesOf((await mallory.ask(JoinRoomDocument, { input: { roomId } })).joinRoom)).toEqual(['BANNED roomId']);
    expect(codesOf(await send(mallory))).toEqual(['BANNED roomId']);
    expect(await look(grace, roomId)).toMatchObject({ memberCount: 3 });
  });

  test('tells the banned user until when, whatever they try', async () => {
    done(await ban(hedy, { roomId, user: mallory, terms }));
    const message = `You are banned from this room until ${terms.until}.`;

    const { joinRoom } = await mallory.ask(JoinRoomDocument, { input: { roomId } });

    expect(joinRoom.userErrors).toMatchObject([{ code: 'BANNED', message }]);
    expect((await send(mallory)).userErrors).toMatchObject([{ code: 'BANNED', message }]);
    expect((await ban(mallory, { roomId, user: grace })).userErrors).toMatchObject([{ code: 'BANNED', message }]);
  });

  test('ends the subscriptions of the banned user, who gets the event', async () => {
    const events = mallory.follow(RoomEventsDocument, { roomId });
    await server.untilFollowed(roomId);

    done(await ban(ada, { roomId, user: mallory, terms }));

    const frames = [];
    for await (const { data } of events) frames.push(data!.roomEvents);
    expect(frames.at(-1)?.status).toBe('ENDED');
    expect(frames.flatMap((frame) => frame.events).at(-1)).toMatchObject({ __typename: 'MembershipChangedEvent' });
  });

  test('without an end lasts for ever', async () => {
    expect((await ban(ada, { roomId, user: mallory })).membership).toMatchObject({ bannedUntil: noEnd });
  });

  test('may concern a user who was never a member of a public room, who then cannot read it', async () => {
    const stranger = await server.signIn('Stranger');

    const { membership } = done(await ban(ada, { roomId, user: stranger, terms }));

    expect(membership).toMatchObject({ state: 'BANNED', role: 'MEMBER', joinedAt: null, bannedUntil: terms.until });
    expect(await look(stranger, roomId)).toBeNull();
    expect(await look(ada, roomId)).toMatchObject({ memberCount: 4 });
  });

  test('of a user who was never a member of a private room is refused', async () => {
    const group = await makeGroup(ada, 'Private', [grace]);

    expect(codesOf(await ban(ada, { roomId: group, user: mallory }))).toEqual(['NOT_FOUND userId']);
  });

  test('of a user who does not exist is refused', async () => {
    expect(codesOf(await ban(ada, { roomId, user: { id: globalId('User', newId()) } }))).toEqual(['NOT_FOUND userId']);
  });

  test('keeps the user from being added to a private room', async () => {
    const group = await makeGroup(ada, 'Private', [grace, mallory]);
    done(await ban(ada, { roomId: group, user: mallory }));

    expect(codesOf(await add(grace, group, [mallory]))).toEqual(['BANNED userIds']);
  });

  test('that is repeated changes nothing, and one on other terms replaces it', async () => {
    const first = done(await ban(ada, { roomId, user: mallory, terms }));
    const events = await lastEventNumber(server, roomId);

    expect(await ban(hedy, { roomId, user: mallory, terms })).toEqual(first);
    expect(await lastEventNumber(server, roomId)).toBe(events);
    const second = done(await ban(hedy, { roomId, user: mallory, terms: { reason: 'Spam again' } }));
    expect(second.membership).toMatchObject({ bannedUntil: noEnd, moderationReason: 'Spam again' });
  });

  test('ends with unbanMember: the user may read and join again', async () => {
    done(await ban(ada, { roomId, user: mallory }));

    const { membership } = done(await unban(hedy, { roomId, user: mallory }));

    expect(membership).toMatchObject({ state: 'LEFT', bannedUntil: null, moderationReason: null });
    expect(await unban(ada, { roomId, user: mallory })).toMatchObject({
      userErrors: [],
      membership: { state: 'LEFT' },
    });
    expect((await join(mallory, roomId)).membership).toMatchObject({ state: 'JOINED' });
  });

  test('ends exactly at its time', async () => {
    const until = inMs(2000);
    done(await ban(ada, { roomId, user: mallory, terms: { until } }));

    while (Date.now() < Date.parse(until)) await new Promise(setImmediate);

    expect(await look(mallory, roomId)).toMatchObject({ viewerMembership: { state: 'LEFT' } });
    expect(codesOf(await send(mallory, 'Back'))).toEqual([]);
  });
});

describe('a removal', () => {
  test('from a public room ends the membership only', async () => {
    const { membership } = done(await expelMember(hedy, { roomId, user: mallory, terms: { reason: 'Off topic' } }));

    expect(membership).toMatchObject({ state: 'REMOVED', moderationReason: 'Off topic' });
    expect(await textsIn(roomId, mallory)).toContain('Mallory was removed.');
    expect(codesOf(await send(mallory))).toEqual([]);
    expect(await look(mallory, roomId)).toMatchObject({ viewerMembership: { state: 'JOINED' } });
  });

  test('from a private room ends reading, and the user can be added again', async () => {
    const group = await makeGroup(ada, 'Private', [grace, mallory]);
    done(await expelMember(ada, { roomId: group, user: mallory }));
    expect(await look(mallory, group)).toBeNull();

    done(await add(grace, group, [mallory]));

    expect(await look(mallory, group)).toMatchObject({ memberCount: 3 });
  });

  test('that is repeated changes nothing', async () => {
    const first = done(await expelMember(ada, { roomId, user: mallory }));

    expect(await expelMember(ada, { roomId, user: mallory })).toEqual(first);
  });
});

describe('a mute', () => {
  test('keeps a member from sending, and says until when', async () => {
    const until = '2096-01-01T00:00:00.000Z';
    const { membership } = done(await mute(hedy, { roomId, user: mallory, terms: { until, reason: 'Shouting' } }));

    const { userErrors } = await send(mallory);

    expect(membership).toMatchObject({ state: 'JOINED', mutedUntil: until, moderationReason: 'Shouting' });
    expect(userErrors).toMatchObject([{ __typename: 'ForbiddenError', code: 'MUTED' }]);
    expect(userErrors[0]?.message).toContain(until);
    expect(await textsIn(roomId, mallory)).not.toContain('Hello');
  });

  test('stays when the user leaves and comes back, and leaves nobody a way in by sending', async () => {
    done(await mute(hedy, { roomId, user: mallory }));
    await leave(mallory, roomId);

    expect(codesOf(await send(mallory))).toEqual(['MUTED roomId']);
    expect(await look(mallory, roomId)).toMatchObject({ viewerMembership: { state: 'LEFT' } });
    await join(mallory, roomId);
    expect(codesOf(await send(mallory))).toEqual(['MUTED roomId']);
  });

  test('gives a repeated message its first answer', async () => {
    const input = { roomId, text: 'Before the mute', clientMessageId: 'once' };
    const { message } = done((await mallory.ask(SendMessageDocument, { input })).sendMessage);
    done(await mute(hedy, { roomId, user: mallory }));

    const { sendMessage } = await mallory.ask(SendMessageDocument, { input });

    expect(sendMessage).toMatchObject({ isReplay: true, message: { id: message!.id } });
  });

  test('ends with unmuteMember', async () => {
    done(await mute(hedy, { roomId, user: mallory }));

    expect(done(await unmute(ada, { roomId, user: mallory })).membership).toMatchObject({ mutedUntil: null });
    expect(codesOf(await send(mallory))).toEqual([]);
    expect(codesOf(await unmute(ada, { roomId, user: mallory }))).toEqual([]);
  });

  test('of somebody who was never a member is refused', async () => {
    const stranger = await server.signIn('Stranger');

    expect(codesOf(await mute(ada, { roomId, user: stranger }))).toEqual(['NOT_FOUND userId']);
  });
});

describe('a role', () => {
  test('is given by an owner, who may name another owner and leave', async () => {
    expect(done(await promote(ada, { roomId, user: grace, role: 'OWNER' })).membership).toMatchObject({
      role: 'OWNER',
    });
    done(await promote(grace, { roomId, user: ada, role: 'MEMBER' }));

    expect(codesOf(await promote(ada, { roomId, user: hedy, role: 'MEMBER' }))).toEqual(['FORBIDDEN roomId']);
    await leave(ada, roomId);
    expect(codesOf(await promote(grace, { roomId, user: ada, role: 'MODERATOR' }))).toEqual(['NOT_FOUND userId']);
  });

  test('is not taken from the last owner', async () => {
    expect(codesOf(await promote(ada, { roomId, user: ada, role: 'MEMBER' }))).toEqual(['CONFLICT role']);
    expect(codesOf(await promote(ada, { roomId, user: ada, role: 'OWNER' }))).toEqual([]);
  });
});

describe('who may moderate', () => {
  const actions = { ban, unban, mute, unmute, expelMember };

  test.each(Object.entries(actions))(
    'a moderator acts on members, not on owners, moderators or themselves: %s',
    async (_name, act) => {
      done(await promote(ada, { roomId, user: grace, role: 'MODERATOR' }));

      for (const user of [ada, grace, hedy])
        expect(codesOf(await act(hedy, { roomId, user }))).toEqual(['FORBIDDEN userId']);
      expect(codesOf(await act(hedy, { roomId, user: mallory }))).toEqual([]);
    },
  );

  test.each(Object.entries(actions))('members and outsiders moderate nobody: %s', async (_name, act) => {
    const group = await makeGroup(ada, 'Private', [grace]);

    expect(codesOf(await act(grace, { roomId, user: mallory }))).toEqual(['FORBIDDEN roomId']);
    expect(codesOf(await act(mallory, { roomId: group, user: grace }))).toEqual(['NOT_FOUND roomId']);
  });

  test('nobody moderates a conversation', async () => {
    const talk = await converse(ada, grace);

    expect(codesOf(await ban(ada, { roomId: talk, user: grace }))).toEqual(['FORBIDDEN roomId']);
  });

  test('an administrator acts on owners of public rooms without being a member, and on nobody in private rooms', async () => {
    const admin = await server.signIn('Root');
    const where = { id: innerId('User', admin.id) };
    await server.app.services.prisma.user.update({ where, data: { isAdmin: true } });
    const group = await makeGroup(ada, 'Private', [grace]);

    const { membership } = done(await ban(admin, { roomId, user: ada }));

    expect(membership).toMatchObject({ state: 'BANNED', role: 'MEMBER', bannedUntil: noEnd });
    expect(codesOf(await mute(hedy, { roomId, user: admin }))).toEqual(['NOT_FOUND userId']);
    expect(codesOf(await ban(hedy, { roomId, user: admin }))).toEqual(['FORBIDDEN userId']);
    expect(codesOf(await ban(admin, { roomId: group, user: grace }))).toEqual(['NOT_FOUND roomId']);
  });
});

test('a moderator learns what to do with a user who is no member', async () => {
  const stranger = await server.signIn('Stranger');
  const group = await makeGroup(ada, 'Private', [grace]);
  const never = 'The user has never been a member of this room.';
  const answerTo = async (answer: Promise<{ userErrors: { code: string; message: string }[] }>) =>
    (await answer).userErrors.map(({ code, message }) => `${code} ${message}`);

  expect(await answerTo(mute(hedy, { roomId, user: stranger }))).toEqual([
    `NOT_FOUND ${never} Only members can be muted. To keep this user from writing, use banMember.`,
  ]);
  expect(await answerTo(mute(ada, { roomId: group, user: stranger }))).toEqual([`NOT_FOUND ${never}`]);
  expect(await answerTo(expelMember(ada, { roomId, user: stranger }))).toEqual([`NOT_FOUND ${never}`]);
  expect(await answerTo(promote(ada, { roomId, user: stranger, role: 'MODERATOR' }))).toEqual([
    'NOT_FOUND The user is not a member of this room. Add them first, with addMembers.',
  ]);
});

describe('a user who cannot read a room any more', () => {
  const own = `state bannedUntil moderationReason room { name messages(first: 1) { nodes { text } } }`;
  const whyOf = async (user: Person, room: string) => {
    const { data } = await user.tryAsk<{ viewer: { membership: object | null } }, object>(
      `{ viewer { membership(roomId: "${room}") { ${own} } } }`,
    );
    return data.viewer.membership;
  };
  const terms = { reason: 'Spam', until: '2096-01-01T00:00:00.000Z' };
  const banned = { state: 'BANNED', bannedUntil: terms.until, moderationReason: 'Spam' };

  test('learns from their membership until when they are banned and why, and nothing else of the room', async () => {
    done(await ban(hedy, { roomId, user: mallory, terms }));
    const { data } = await ada.tryAsk<{ room: { slug: string } }, object>(`{ room(id: "${roomId}") { slug } }`);
    const bySlug = `{ viewer { membershipBySlug(slug: "${data.room.slug}") { state bannedUntil nextMessageAt } } }`;

    expect(await whyOf(mallory, roomId)).toEqual({ ...banned, room: { name: 'Moderated', messages: { nodes: [] } } });
    expect((await mallory.tryAsk(bySlug)).data).toEqual({
      viewer: { membershipBySlug: { state: 'BANNED', bannedUntil: terms.until, nextMessageAt: null } },
    });
    const listed =
      '{ rooms(query: "Moderated", first: 100) { nodes { slug memberCount viewerMembership { state } } } }';
    const directory = await mallory.tryAsk<{ rooms: { nodes: { slug: string }[] } }, object>(listed);
    expect(directory.data.rooms.nodes.filter(({ slug }) => slug === data.room.slug)).toEqual([
      { slug: data.room.slug, memberCount: 0, viewerMembership: { state: 'BANNED' } },
    ]);
  });

  test('learns the same of a private room, without its name', async () => {
    const group = await makeGroup(ada, 'Private', [grace, mallory]);
    done(await ban(ada, { roomId: group, user: mallory, terms }));
    done(await expelMember(ada, { roomId: group, user: grace, terms: { reason: 'Bye' } }));
    const nothing = { name: null, messages: { nodes: [] } };

    expect(await whyOf(mallory, group)).toEqual({ ...banned, room: nothing });
    expect(await whyOf(grace, group)).toEqual({
      state: 'REMOVED',
      bannedUntil: null,
      moderationReason: 'Bye',
      room: nothing,
    });
  });

  test('shows nobody else that they were here', async () => {
    const group = await makeGroup(ada, 'Private', [mallory]);
    done(await ban(ada, { roomId: group, user: mallory, terms }));

    expect(await whyOf(grace, group)).toBeNull();
    expect(await whyOf(grace, globalId('Room', newId()))).toBeNull();
    expect((await grace.tryAsk('{ viewer { membershipBySlug(slug: "none") { id } } }')).data).toEqual({
      viewer: { membershipBySlug: null },
    });
  });
});

describe('the terms', () => {
  test.each([
    ['an end in the past', { until: '2020-01-01T00:00:00.000Z' }, 'INVALID_INPUT until'],
    ['an end after the last one', { until: '9999-12-31T23:59:59.999-14:00' }, 'INVALID_INPUT until'],
    ['a reason of 501 characters', { reason: 'x'.repeat(501) }, 'INVALID_INPUT reason'],
  ])('are refused: %s', async (_name, terms, code) => {
    expect(codesOf(await ban(ada, { roomId, user: mallory, terms }))).toEqual([code]);
    expect(codesOf(await mute(ada, { roomId, user: mallory, terms }))).toEqual([code]);
  });

  test.each(['2096-01-01T00:00:00', '2096-02-30T00:00:00Z', '1 Jan 2096'])('have no end at %s', async (until) => {
    const { errors } = await ada.tryAsk(MuteMemberDocument, { input: { roomId, userId: mallory.id, until } });

    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', constraint: 'dateTime' } }]);
  });

  test('have an end for bans and mutes only', async () => {
    const terms = { until: noEnd };

    for (const act of [expelMember, unban, unmute]) {
      expect(codesOf(await act(ada, { roomId, user: mallory, terms }))).toEqual(['INVALID_INPUT until']);
    }
  });
});

describe('slow mode', () => {
  const ask = (author: Person, clientMessageId?: string) =>
    author.tryAsk<{ sendMessage: { isReplay: boolean; userErrors: { code: string; retryAfterMs: number }[] } }, object>(
      `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
        isReplay userErrors { code ... on RateLimitedError { retryAfterMs } } } }`,
      { input: { roomId, text: 'Hello', clientMessageId } },
    );

  test('makes a member wait as long as it says, and gives a repeated message its first answer', async () => {
    await slowDown(hedy, roomId, 1);
    await ask(mallory, 'first');

    const [error] = (await ask(mallory)).data.sendMessage.userErrors;
    const repeated = (await ask(mallory, 'first')).data.sendMessage;
    await new Promise((resolve) => setTimeout(resolve, error!.retryAfterMs));

    expect(error).toMatchObject({ code: 'SLOW_MODE', retryAfterMs: expect.any(Number) });
    expect(repeated).toEqual({ isReplay: true, userErrors: [] });
    expect((await ask(mallory)).data.sendMessage.userErrors).toEqual([]);
  });

  test('lets one of several messages through that a member sends at once', async () => {
    await slowDown(hedy, roomId, 60);

    const answers = await Promise.all([ask(grace), ask(grace), ask(grace), ask(mallory)]);

    const waits = answers.flatMap(({ data }) => data.sendMessage.userErrors.map(({ retryAfterMs }) => retryAfterMs));
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(60_000);
  });

  test('shows a member, and nobody else, when the next message may come', async () => {
    const members = `members(first: 10) { nodes { user { id } nextMessageAt } }`;
    type Page = { room: { members: { nodes: { user: { id: string }; nextMessageAt: string | null }[] } } };
    const seenBy = async (reader: Person) => {
      const { data } = await reader.tryAsk<Page, object>(`{ room(id: "${roomId}") { ${members} } }`);
      return data.room.members.nodes.flatMap(({ user, nextMessageAt }) =>
        nextMessageAt ? [[user.id, nextMessageAt]] : [],
      );
    };
    await slowDown(hedy, roomId, 60);
    for (const author of [ada, mallory]) await ask(author);
    const sent = await server.app.services.prisma.message.findFirst({
      where: { roomId: innerId('Room', roomId), authorId: innerId('User', mallory.id) },
    });

    const next = new Date(sent!.createdAt.getTime() + 60_000).toISOString();
    expect(await seenBy(mallory)).toEqual([[mallory.id, next]]);
    for (const reader of [ada, hedy, grace]) expect(await seenBy(reader)).toEqual([]);
    await slowDown(hedy, roomId, 0);
    expect(await seenBy(mallory)).toEqual([]);
  });

  test('costs a look-up only if it is selected, and only of members in a room with slow mode', async () => {
    const lookUps = async (reader: Person, field: string) => {
      const before = server.statements.length;
      await reader.tryAsk(`{ viewer { memberships(last: 100) { nodes { ${field} } } } }`);
      return server.statements.slice(before).filter((text) => text.includes('own."lastMessageAt" <= ')).length;
    };
    const next = 'room { name } nextMessageAt';
    const fast = await server.signIn('Fast');
    await join(fast, await makeChannel(ada, 'Fast'));

    await slowDown(hedy, roomId, 60);

    expect([await lookUps(mallory, next), await lookUps(mallory, 'room { name }')]).toEqual([1, 0]);
    for (const reader of [fast, hedy]) expect(await lookUps(reader, next)).toBe(0);
  });

  test('lets the next message through at the time that it shows', async () => {
    await slowDown(hedy, roomId, 1);
    await ask(mallory);
    const query = `{ viewer { membership(roomId: "${roomId}") { nextMessageAt } } }`;
    const { data } = await mallory.tryAsk<{ viewer: { membership: { nextMessageAt: string } } }, object>(query);

    const next = Date.parse(data.viewer.membership.nextMessageAt);
    await until(() => Date.now() >= next);

    expect((await ask(mallory)).data.sendMessage.userErrors).toEqual([]);
  });

  test('makes nobody wait for hours after the clock of the database was set back', async () => {
    await slowDown(hedy, roomId, 60);
    await ask(mallory);
    const where = { roomId: innerId('Room', roomId), userId: innerId('User', mallory.id) };
    await server.app.services.prisma.membership.updateMany({ where, data: { lastMessageAt: inMs(3_600_000) } });
    const next = `{ viewer { membership(roomId: "${roomId}") { nextMessageAt } } }`;

    expect((await mallory.tryAsk(next)).data).toEqual({ viewer: { membership: { nextMessageAt: null } } });
    expect((await ask(mallory)).data.sendMessage.userErrors).toEqual([]);
    expect((await ask(mallory)).data.sendMessage.userErrors).toMatchObject([{ code: 'SLOW_MODE' }]);
  });

  test('does not concern moderators', async () => {
    await slowDown(hedy, roomId, 60);

    for (const author of [ada, hedy, ada, hedy]) expect((await ask(author)).data.sendMessage.userErrors).toEqual([]);
  });
});

describe('what a moderator wrote', () => {
  const query = `query ($id: ID!) { room(id: $id) { members(first: 10) { nodes {
    user { id } mutedUntil bannedUntil moderationReason } } } }`;
  type Page = { room: { members: { nodes: { user: { id: string }; mutedUntil: string | null }[] } } };

  test('is seen by moderators and by the user, and by nobody else', async () => {
    done(await mute(hedy, { roomId, user: mallory, terms: { reason: 'Shouting' } }));

    const seenBy = async (reader: Person) => {
      const { data } = await reader.tryAsk<Page, object>(query, { id: roomId });
      return data.room.members.nodes.find(({ user }) => user.id === mallory.id);
    };

    const shown = { mutedUntil: noEnd, bannedUntil: null, moderationReason: 'Shouting' };
    const hidden = { mutedUntil: null, bannedUntil: null, moderationReason: null };
    for (const reader of [ada, hedy, mallory]) expect(await seenBy(reader)).toMatchObject(shown);
    expect(await seenBy(grace)).toMatchObject(hidden);
  });
});

test('people who left a private room learn nothing from a later ban and its end', async () => {
  const group = await makeGroup(ada, 'Private', [grace, mallory]);
  await leave(mallory, group);
  await say(ada, group, 'She is gone');

  done(await ban(ada, { roomId: group, user: mallory }));
  expect(await look(mallory, group)).toBeNull();
  done(await unban(ada, { roomId: group, user: mallory }));

  expect(await look(mallory, group)).toBeNull();
});
