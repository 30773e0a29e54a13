import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { HistoryDocument, RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { edit, remove } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { done, makeGroup, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let roomId: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
beforeEach(async () => {
  roomId = await makeGroup(ada, 'Workshop', [grace]);
});
afterAll(async () => {
  await Promise.all([ada.close(), grace.close()]);
  await server.close();
});

test('an edited message is edited for everybody, at its place', async () => {
  const { id, sequence, createdAt } = await say(ada, roomId, 'Helo', { clientMessageId: 'typo' });
  await say(grace, roomId, 'Hello Ada');
  const follower = await Follower.of(grace, roomId);
  const next = follower.position + 1;

  const { message } = done(await edit(ada, id, ' Hello '));
  await follower.untilAt(next);

  expect(message).toMatchObject({ id, sequence, createdAt, text: 'Hello', clientMessageId: 'typo', deletedAt: null });
  expect(Date.parse(message!.editedAt!)).toBeGreaterThanOrEqual(Date.parse(createdAt));
  expect(follower.frames.at(-1)?.events).toMatchObject([
    { __typename: 'MessageUpdatedEvent', message: { id, text: 'Hello', editedAt: message!.editedAt } },
  ]);
  expect((await textsIn(roomId, grace)).slice(-2)).toEqual(['Hello', 'Hello Ada']);
  follower.expectNothingMissed();
  await follower.hangUp();
});

test('the first text is gone: from the database, and from what a reply shows', async () => {
  const { id } = await say(ada, roomId, 'A secret that slipped out');
  const reply = await say(grace, roomId, 'Oh', { replyToId: id });

  done(await edit(ada, id, 'Never mind'));

  const tables = await server.app.services.prisma.$queryRaw<{ rows: string }[]>`
    SELECT to_jsonb(m)::text AS rows FROM "Message" m UNION ALL SELECT to_jsonb(e)::text FROM "RoomEvent" e`;
  expect(tables.map(({ rows }) => rows).join()).toContain('Never mind');
  expect(tables.map(({ rows }) => rows).join()).not.toContain('slipped out');
  const { room } = await grace.ask(HistoryDocument, { roomId, last: 1 });
  expect(room!.messages.edges[0]!.node).toMatchObject({ id: reply.id, replyTo: { id, text: 'Never mind' } });
});

test('the same text again is no edit, and no event', async () => {
  const { id } = await say(ada, roomId, 'Steady');
  const before = await lastEventNumber(server, roomId);

  const { message } = done(await edit(ada, id, ' Steady '));

  expect(message).toMatchObject({ text: 'Steady', editedAt: null });
  expect(await lastEventNumber(server, roomId)).toBe(before);
});

test('many edits at once each take a number of their own, and the last one is what stands', async () => {
  const { id } = await say(ada, roomId, 'Draft 0');
  const follower = await Follower.of(grace, roomId);
  const start = follower.position;

  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 4 === 3 ? say(grace, roomId, `Aside ${n}`) : edit(ada, id, `Draft ${n}`),
    ),
  );
  // `Draft 0` is an edit unless it comes first.
  const end = await lastEventNumber(server, roomId);
  await follower.untilAt(end);

  expect([start + 19, start + 20]).toContain(end);
  follower.expectNothingMissed();
  const last = follower.frames
    .flatMap(({ events }) => events)
    .findLast((event) => event.__typename === 'MessageUpdatedEvent');
  const { room } = await ada.ask(RoomStateDocument, { roomId });
  expect(room!.messages.nodes.find((message) => message.id === id)).toMatchObject({
    text: last?.__typename === 'MessageUpdatedEvent' && last.message.text,
  });
  await follower.hangUp();
});

test('a text sent again after its edit is known, and stays edited', async () => {
  const { id } = await say(ada, roomId, 'Sent once', { clientMessageId: 'once' });
  done(await edit(ada, id, 'Edited since'));

  const again = await say(ada, roomId, 'Sent once', { clientMessageId: 'once' });

  expect(again).toMatchObject({ id, text: 'Edited since' });
  expect((await textsIn(roomId, grace)).filter((text) => text === 'Sent once')).toEqual([]);
});

test("nobody edits another's message, an owner neither", async () => {
  const { id } = await say(grace, roomId, 'By Grace');

  const answer = await edit(ada, id, 'By Ada');

  expect(answer).toMatchObject({ message: null, userErrors: [{ code: 'FORBIDDEN', path: ['input', 'messageId'] }] });
  expect((await textsIn(roomId, ada)).at(-1)).toBe('By Grace');
});

test('what was deleted cannot be edited', async () => {
  const { id } = await say(ada, roomId, 'Gone');
  done(await remove(ada, id));

  expect(await edit(ada, id, 'Back')).toMatchObject({
    message: null,
    userErrors: [{ code: 'CONFLICT', path: ['input', 'messageId'] }],
  });
  expect((await textsIn(roomId, ada)).at(-1)).toBeNull();
});

describe('with a window of a minute', () => {
  beforeAll(() => {
    limits.editWindowSeconds = 60;
  });
  afterAll(() => {
    limits.editWindowSeconds = null;
  });

  test('a message is edited within it, and not after it', async () => {
    const [young, old] = [await say(ada, roomId, 'Young'), await say(ada, roomId, 'Old')];
    const data = { createdAt: new Date(Date.now() - 61_000) };
    await server.app.services.prisma.message.update({ where: { id: innerId('Message', old.id) }, data });

    const [inTime, late] = [await edit(ada, young.id, 'Young still'), await edit(ada, old.id, 'New again')];

    expect(inTime).toMatchObject({ message: { text: 'Young still' }, userErrors: [] });
    expect(late).toMatchObject({
      message: null,
      userErrors: [{ __typename: 'ForbiddenError', code: 'EDIT_WINDOW_CLOSED', path: ['input', 'messageId'] }],
    });
    expect((await textsIn(roomId, grace)).slice(-2)).toEqual(['Young still', 'Old']);
  });
});
