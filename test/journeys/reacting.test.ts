import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { limits } from '../../src/base/limits.ts';
import { RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { react, unreact } from '../support/messages.ts';
import { type Person, people, take } from '../support/person.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Group {
  emoji: string;
  count: number;
  viewerHasReacted: boolean;
}

const groups = 'reactionGroups { emoji count viewerHasReacted }';
const reactionsDocument = parse(`subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  events { ... on ReactionsChangedEvent { messageId ${groups} } }
} }`) as unknown as TypedDocumentNode<
  { roomEvents: { events: { messageId: string; reactionGroups: Group[] }[] } },
  { roomId: string }
>;
const pageDocument = parse(
  `query ($roomId: ID!) { room(id: $roomId) { messages(last: 2) { nodes { ${groups} } } } }`,
) as unknown as TypedDocumentNode<{ room: { messages: { nodes: { reactionGroups: Group[] }[] } } }, { roomId: string }>;

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
let roomId: string;
let messageId: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger } = await people(server.url, 'Ada', 'Grace', 'Edsger'));
});
beforeEach(async () => {
  roomId = await makeGroup(ada, 'Workshop', [grace, edsger]);
  messageId = (await say(ada, roomId, 'Lunch?')).id;
});
afterAll(async () => {
  await Promise.all([ada, grace, edsger].map((person) => person.close()));
  await server.close();
});

const shown = (reactionGroups: readonly { emoji: string; count: number; viewerHasReacted?: boolean }[] = []) =>
  reactionGroups.map(({ emoji, count, viewerHasReacted }) => `${emoji} ${count}${viewerHasReacted ? ' me' : ''}`);

test('reactions are counted by emoji, in the order in which each first came', async () => {
  await react(grace, messageId, '🎉');
  await react(grace, messageId, ':pizza:');
  await react(ada, messageId, ':pizza:');

  const { message } = done(await react(edsger, messageId, '🎉'));

  expect(shown(message?.reactionGroups)).toEqual(['🎉 2 me', ':pizza: 2']);
});

test('everybody who listens sees who reacted as they stand to it themselves', async () => {
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
  for (const listener of listeners) await listener.return?.();
});

test('a page shows the reactions to each message, to each reader', async () => {
  const other = await say(grace, roomId, 'Dinner?');
  await react(grace, messageId, '👍');
  await react(ada, other.id, '❤');
  await react(grace, other.id, '❤️');

  const pageFor = async (reader: Person) =>
    (await reader.ask(pageDocument, { roomId })).room.messages.nodes.map(({ reactionGroups }) => shown(reactionGroups));

  expect(await pageFor(ada)).toEqual([['👍 1'], ['❤️ 2 me']]);
  expect(await pageFor(grace)).toEqual([['👍 1 me'], ['❤️ 2 me']]);
  expect(await pageFor(edsger)).toEqual([['👍 1'], ['❤️ 2']]);
});

test('the same reaction again, and taking back what is not there, change nothing', async () => {
  done(await react(grace, messageId, '❤'));
  const before = await lastEventNumber(server, roomId);

  const again = done(await react(grace, messageId, '❤️'));
  const gone = done(await unreact(ada, messageId, '❤'));

  expect(shown(again.message?.reactionGroups)).toEqual(['❤️ 1 me']);
  expect(shown(gone.message?.reactionGroups)).toEqual(['❤️ 1']);
  expect(await lastEventNumber(server, roomId)).toBe(before);
});

test('a crowd that reacts at once is counted in full, each with an event of its own', async () => {
  const follower = await Follower.of(edsger, roomId);
  const start = follower.position;
  const emojis = ['👍', '🎉', '👀', '🚀', ':shipit:'];

  const answers = await Promise.all(
    [ada, grace, edsger].flatMap((person) =>
      emojis.flatMap((emoji) => [emoji, emoji].map((one) => react(person, messageId, one))),
    ),
  );
  await follower.untilAt(start + 15);

  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  expect(await lastEventNumber(server, roomId)).toBe(start + 15);
  const { room } = await ada.ask(RoomStateDocument, { roomId });
  const message = room!.messages.nodes.find(({ id }) => id === messageId);
  expect(shown(message?.reactionGroups).sort()).toEqual(emojis.map((emoji) => `${emoji} 3`).sort());
  follower.expectNothingMissed();
  await follower.hangUp();
});

test('one takes back only what is one’s own, and nobody’s else', async () => {
  await react(ada, messageId, '👍');
  await react(grace, messageId, '👍');

  const { message } = done(await unreact(grace, messageId, '👍'));

  expect(shown(message?.reactionGroups)).toEqual(['👍 1']);
  expect(shown(done(await unreact(ada, messageId, '👍')).message?.reactionGroups)).toEqual([]);
});

test('a message takes 50 different emojis, and any number of people for each', async () => {
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
