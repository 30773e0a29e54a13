import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { HistoryDocument, MessageAddedDocument, RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { type Person, people, take } from '../support/person.ts';
import { done, look, makeGroup, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
let roomId: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger } = await people(server.url, 'Ada', 'Grace', 'Edsger'));
});
beforeEach(async () => {
  roomId = await makeGroup(ada, 'Workshop', [grace, edsger]);
});
afterAll(async () => {
  await Promise.all([ada, grace, edsger].map((person) => person.close()));
  await server.close();
});

test('a deleted message is gone for everybody, and its place stays', async () => {
  const { id, sequence } = await say(grace, roomId, 'Oops', { clientMessageId: 'oops' });
  await say(ada, roomId, 'What?');
  const follower = await Follower.of(ada, roomId);
  const next = follower.position + 1;

  const { message } = done(await remove(grace, id));
  await follower.untilAt(next);

  expect(message).toMatchObject({ id, sequence, text: null, clientMessageId: 'oops', author: { id: grace.id } });
  expect(follower.frames.at(-1)?.events).toEqual([
    {
      __typename: 'MessageDeletedEvent',
      eventNumber: next,
      messageId: id,
      message: { id, text: null, deletedAt: message!.deletedAt },
      occurredAt: message!.deletedAt,
    },
  ]);
  expect((await textsIn(roomId, edsger)).slice(-2)).toEqual([null, 'What?']);
  follower.expectNothingMissed();
  await follower.hangUp();
});

test('its text and its reactions are gone from the database, in its edits too', async () => {
  const { id } = await say(ada, roomId, 'Very secret');
  done(await edit(ada, id, 'Very secret indeed'));
  done(await react(grace, id, ':secret:'));

  const { message } = done(await remove(ada, id));

  expect(message?.reactionGroups).toEqual([]);
  const rows = await server.app.services.prisma.$queryRaw<{ row: string }[]>`
    SELECT to_jsonb(m)::text AS row FROM "Message" m UNION ALL SELECT to_jsonb(e)::text FROM "RoomEvent" e
    UNION ALL SELECT to_jsonb(r)::text FROM "Reaction" r`;
  expect(rows.map(({ row }) => row).join()).toContain(innerId('Message', id));
  expect(rows.map(({ row }) => row).join()).not.toMatch(/secret/i);
});

test('deleting again is no error, and no event', async () => {
  const { id } = await say(ada, roomId, 'Once');
  const first = done(await remove(ada, id));
  const { position } = await Follower.of(ada, roomId);

  const again = done(await remove(ada, id));
  const follower = await Follower.of(ada, roomId);

  expect(again.message).toEqual(first.message);
  expect(follower.position).toBe(position);
});

test('a reply stays and shows that what it answers is gone', async () => {
  const question = await say(ada, roomId, 'Who ate the cake?');
  const answer = await say(grace, roomId, 'Not me', { replyToId: question.id });

  done(await remove(ada, question.id));

  const { room } = await edsger.ask(HistoryDocument, { roomId, last: 1 });
  expect(room!.messages.edges[0]!.node).toMatchObject({ id: answer.id, replyTo: { id: question.id, text: null } });
});

test('a deleted message is still answered, the newest, and the one that its clientMessageId names', async () => {
  const { id } = await say(ada, roomId, 'Last words', { clientMessageId: 'last' });
  done(await remove(ada, id));

  const again = await say(ada, roomId, 'Last words', { clientMessageId: 'last' });
  expect(again).toMatchObject({ id, text: null });
  expect((await look(grace, roomId))?.latestMessage).toMatchObject({ id, text: null });
  expect(await say(grace, roomId, 'What was it?', { replyToId: id })).toMatchObject({ replyTo: { id, text: null } });
});

test('who comes later hears of it without its text, in both streams', async () => {
  const { syncCursor } = (await ada.ask(RoomStateDocument, { roomId })).room!;
  const { id } = await say(ada, roomId, 'Unsaid');
  done(await remove(ada, id));
  await say(ada, roomId, 'End');

  const follower = await Follower.of(edsger, roomId, syncCursor);
  await follower.untilHeard('End');
  const added = edsger.follow(MessageAddedDocument, { roomId, after: syncCursor });
  const [first, second] = await take(added, 2);

  expect(follower.texts).toEqual([null, 'End']);
  expect(follower.frames.flatMap(({ events }) => events.map(({ __typename }) => __typename))).toEqual([
    'MessageAddedEvent',
    'MessageDeletedEvent',
    'MessageAddedEvent',
  ]);
  expect([first, second]).toMatchObject([
    { messageAdded: { message: { id, text: null } } },
    { messageAdded: { message: { text: 'End' } } },
  ]);
  await added.return?.();
  await follower.hangUp();
});

test.each(['OWNER', 'MODERATOR'] as const)("the room's %s deletes what others wrote", async (role) => {
  const { id } = await say(edsger, roomId, 'Spam');
  const member = { roomId: innerId('Room', roomId), userId: innerId('User', grace.id) };
  await server.app.services.prisma.membership.update({ where: { roomId_userId: member }, data: { role } });

  expect(done(await remove(grace, id)).message).toMatchObject({ text: null, author: { id: edsger.id } });
});

test('a member deletes nothing of others', async () => {
  const { id } = await say(ada, roomId, 'By the owner');

  expect(await remove(grace, id)).toMatchObject({
    message: null,
    userErrors: [{ code: 'FORBIDDEN', path: ['input', 'messageId'] }],
  });
  expect((await textsIn(roomId, ada)).at(-1)).toBe('By the owner');
});

test('a reaction cannot be put on it; one taken back is simply gone', async () => {
  const { id } = await say(ada, roomId, 'Nothing');
  done(await react(grace, id, '👍'));
  done(await remove(ada, id));

  expect(await react(grace, id, '👍')).toMatchObject({
    userErrors: [{ code: 'CONFLICT', path: ['input', 'messageId'] }],
  });
  expect(done(await unreact(grace, id, '👍')).message?.reactionGroups).toEqual([]);
});
