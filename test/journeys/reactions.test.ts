import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { ArchiveRoomDocument, RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { type Person, take } from '../support/person.ts';
import { done, join, leave, makeChannel, makeGroup, roomCalled, roomOf, say } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, edsger } = await withServer('Ada', 'Grace', 'Edsger');

interface Group {
  emoji: string;
  count: number;
  viewerHasReacted: boolean;
}

const groups = 'reactionGroups { emoji count viewerHasReacted }';
const reactionsDocument = parse(`subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  events { ... on ReactionsChangedEvent { messageId ${groups} } }
} }`) as TypedDocumentNode<
  { roomEvents: { events: { messageId: string; reactionGroups: Group[] }[] } },
  { roomId: string }
>;
const pageDocument = parse(
  `query ($roomId: ID!) { room(id: $roomId) { messages(last: 2) { nodes { ${groups} } } } }`,
) as TypedDocumentNode<{ room: { messages: { nodes: { reactionGroups: Group[] }[] } } }, { roomId: string }>;

describe('reactions', () => {
  let roomId: string;
  let messageId: string;
  beforeEach(async () => {
    roomId = await roomOf(ada, grace, edsger);
    messageId = (await say(ada, roomId, 'Lunch?')).id;
  });

  const shown = (reactionGroups: readonly { emoji: string; count: number; viewerHasReacted?: boolean }[] = []) =>
    reactionGroups.map(({ emoji, count, viewerHasReacted }) => `${emoji} ${count}${viewerHasReacted ? ' me' : ''}`);

  test('reactions are counted by emoji, in the order of the first of each', async () => {
    await react(grace, messageId, '🎉');
    await react(grace, messageId, ':pizza:');
    await react(ada, messageId, ':pizza:');

    const { message } = done(await react(edsger, messageId, '🎉'));

    expect(shown(message?.reactionGroups)).toEqual(['🎉 2 me', ':pizza: 2']);
  });

  test('every subscriber sees their own reactions marked', async () => {
    const listeners = [ada, grace, edsger].map((person) => person.follow(reactionsDocument, { roomId }));
    await Promise.all(listeners.map((listener) => take(listener, 1)));

    done(await react(grace, messageId, '👍'));
    const first = await Promise.all(listeners.map((listener) => take(listener, 1)));
    done(await react(ada, messageId, '👍'));
    const second = await Promise.all(listeners.map((listener) => take(listener, 1)));
    done(await unreact(grace, messageId, '👍'));
    const third = await Promise.all(listeners.map((listener) => take(listener, 1)));

    const told = (frames: typeof first) =>
      frames.map(([frame]) =>
        shown(frame!.roomEvents.events.find((event) => event.messageId === messageId)?.reactionGroups),
      );
    expect(told(first)).toEqual([['👍 1'], ['👍 1 me'], ['👍 1']]);
    expect(told(second)).toEqual([['👍 2 me'], ['👍 2 me'], ['👍 2']]);
    expect(told(third)).toEqual([['👍 1 me'], ['👍 1'], ['👍 1']]);
  });

  test('a page of messages shows each reader their own reactions marked', async () => {
    const other = await say(grace, roomId, 'Dinner?');
    await react(grace, messageId, '👍');
    await react(ada, other.id, '❤');
    await react(grace, other.id, '❤️');

    const pageFor = async (reader: Person) =>
      (await reader.ask(pageDocument, { roomId })).room.messages.nodes.map(({ reactionGroups }) =>
        shown(reactionGroups),
      );

    expect(await pageFor(ada)).toEqual([['👍 1'], ['❤️ 2 me']]);
    expect(await pageFor(grace)).toEqual([['👍 1 me'], ['❤️ 2 me']]);
    expect(await pageFor(edsger)).toEqual([['👍 1'], ['❤️ 2']]);
  });

  test('adding a reaction twice and removing one that does not exist change nothing', async () => {
    done(await react(grace, messageId, '❤'));
    const before = await lastEventNumber(server, roomId);

    const again = done(await react(grace, messageId, '❤️'));
    const gone = done(await unreact(ada, messageId, '❤'));

    expect(shown(again.message?.reactionGroups)).toEqual(['❤️ 1 me']);
    expect(shown(gone.message?.reactionGroups)).toEqual(['❤️ 1']);
    expect(await lastEventNumber(server, roomId)).toBe(before);
  });

  test('simultaneous reactions are all counted, and those that are committed together are one event', async () => {
    const follower = await Follower.of(edsger, roomId);
    const start = follower.position;
    const emojis = ['👍', '🎉', '👀', '🚀', ':shipit:'];

    const answers = await Promise.all(
      [ada, grace, edsger].flatMap((person) =>
        emojis.flatMap((emoji) => [emoji, emoji].map((one) => react(person, messageId, one))),
      ),
    );
    const last = await lastEventNumber(server, roomId);
    await follower.untilAt(last);

    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    // A group has one reaction of a user to a message, so there are as many events as emojis, or more.
    expect(last - start).toBeGreaterThanOrEqual(emojis.length);
    expect(last - start).toBeLessThanOrEqual(15);
    const { room } = await ada.ask(RoomStateDocument, { roomId });
    const message = room!.messages.nodes.find(({ id }) => id === messageId);
    expect(shown(message?.reactionGroups).sort()).toEqual(emojis.map((emoji) => `${emoji} 3`).sort());
    follower.expectNothingMissed();
  });

  test('a user removes only their own reaction', async () => {
    await react(ada, messageId, '👍');
    await react(grace, messageId, '👍');

    const { message } = done(await unreact(grace, messageId, '👍'));

    expect(shown(message?.reactionGroups)).toEqual(['👍 1']);
    expect(shown(done(await unreact(ada, messageId, '👍')).message?.reactionGroups)).toEqual([]);
  });

  test('a message accepts 50 different emojis, and any number of users for each', async () => {
    const codes = Array.from({ length: limits.emojisPerMessage }, (_, n) => `:code-${n}:`);
    const answers = await Promise.all(codes.map((code) => react(ada, messageId, code)));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const before = await lastEventNumber(server, roomId);

    const oneMore = await react(grace, messageId, '👍');
    const another = done(await react(grace, messageId, ':code-7:'));

    expect(oneMore).toMatchObject({ message: null, userErrors: [{ code: 'CONFLICT', path: ['input', 'emoji'] }] });
    expect(another.message?.reactionGroups).toHaveLength(50);
    expect(await lastEventNumber(server, roomId)).toBe(before + 1);
  });
});

describe('refused changes', () => {
  let group: string;
  beforeEach(async () => {
    group = await roomOf(ada);
  });

  /** Everything that can be done to a message, by Grace. */
  const actions: [string, (id: string) => ReturnType<typeof edit>][] = [
    ['editing', (id) => edit(grace, id, 'Mine now')],
    ['deleting', (id) => remove(grace, id)],
    ['reacting to', (id) => react(grace, id, '👍')],
    ['removing a reaction from', (id) => unreact(grace, id, '👍')],
  ];

  const refusal = (code: string) => ({ message: null, userErrors: [{ code, path: ['input', 'messageId'] }] });

  /** All that a room has to show, and how far its log goes. */
  const stateOf = async (roomId: string) => (await ada.ask(RoomStateDocument, { roomId })).room;

  describe.each(actions)('of %s', (_what, act) => {
    test('a message of a foreign private room gets the same answer as a missing one', async () => {
      const { id } = await say(ada, group, 'Between us');
      const before = await stateOf(group);

      const [foreign, missing] = [await act(id), await act(globalId('Message', newId()))];

      expect(foreign).toMatchObject(refusal('NOT_FOUND'));
      expect(foreign).toEqual(missing);
      expect(await stateOf(group)).toEqual(before);
    });

    test('a message of a private room that the caller has left is not found', async () => {
      const left = await makeGroup(ada, 'Left', [grace]);
      const { id } = await say(grace, left, 'Farewell');
      await leave(grace, left);

      expect(await act(id)).toMatchObject(refusal('NOT_FOUND'));
    });

    test.each<[string, () => string]>([
      ['a room', () => group],
      ['a user', () => ada.id],
      ['nothing at all', () => 'x'.repeat(10_000)],
    ])('the id of %s', async (_id, idOf) => {
      expect(await act(idOf())).toMatchObject(refusal('INVALID_INPUT'));
    });

    test('a message of a public room is forbidden to all but members', async () => {
      const channel = await makeChannel(ada, 'Open');
      const { id } = await say(ada, channel, 'For all to read');

      expect(await act(id)).toMatchObject(refusal('FORBIDDEN'));
      await join(grace, channel);
      await leave(grace, channel);
      expect(await act(id)).toMatchObject(refusal('FORBIDDEN'));
    });

    test('a message of an archived room is refused', async () => {
      const closed = await makeGroup(ada, 'Closed', [grace]);
      const { id } = await say(grace, closed, 'The end');
      await ada.ask(ArchiveRoomDocument, { input: { roomId: closed } });
      const before = await stateOf(closed);

      expect(await act(id)).toMatchObject(refusal('ROOM_ARCHIVED'));
      expect(await stateOf(closed)).toEqual(before);
    });

    test('a system message is forbidden', async () => {
      const general = await roomCalled('general', grace);
      await join(grace, general);
      const welcome = (await stateOf(general))!.messages.nodes.find(({ kind }) => kind === 'SYSTEM');

      expect(await act(welcome!.id)).toMatchObject(refusal('FORBIDDEN'));
    });
  });

  test.each([
    ['nothing', ''],
    ['spaces alone', ' \n\u00a0'],
    ['marks that have no letter', '\u0301\u0302'],
    ['zero-width characters', '\u200b\u2060'],
    ['half of an emoji', 'a\ud83d'],
    ['4,001 characters', 'x'.repeat(4001)],
    ['a NUL', 'a\0'],
  ])('a message cannot be edited to %s', async (_what, text) => {
    const { id } = await say(ada, group, 'As it was');
    const before = await stateOf(group);

    expect(await edit(ada, id, text)).toMatchObject({
      message: null,
      userErrors: [{ __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['input', 'text'] }],
    });
    expect(await stateOf(group)).toEqual(before);
  });

  test.each([
    ['nothing', ''],
    ['a letter', 'x'],
    ['two emojis', '👍🎉'],
    ['an accent alone', '\u0301'],
    ['half of an emoji', '\ud83d'],
    ['an emoji of 10,000 characters', '👨\u200d'.repeat(3333)],
    ['10,000 emojis', '👍'.repeat(10_000)],
    ['a quote', "':); DROP TABLE"],
  ])('%s is not a valid reaction', async (_what, emoji) => {
    const { id } = await say(ada, group, 'React');
    const before = await stateOf(group);

    for (const answer of [await react(ada, id, emoji), await unreact(ada, id, emoji)]) {
      expect(answer).toMatchObject({
        message: null,
        userErrors: [{ __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['input', 'emoji'] }],
      });
    }
    expect(await stateOf(group)).toEqual(before);
  });

  test('a clientMessageId remembers its reply after its text was edited', async () => {
    const question = await say(ada, group, 'Which?');
    const { id } = await say(ada, group, 'This', { clientMessageId: 'answer', replyToId: question.id });
    done(await edit(ada, id, 'That'));

    await expect(say(ada, group, 'This', { clientMessageId: 'answer' })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    expect(await say(ada, group, 'This', { clientMessageId: 'answer', replyToId: question.id })).toMatchObject({ id });
  });
});
