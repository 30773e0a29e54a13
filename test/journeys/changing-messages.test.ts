import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { limits } from '../../src/base/limits.ts';
import { HistoryDocument, MessageAddedDocument, RoomStateDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { lastEventNumber } from '../support/head.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { take } from '../support/person.ts';
import { done, look, makeGroup, say, textsIn } from '../support/rooms.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace, edsger } = await withServer('Ada', 'Grace', 'Edsger');

describe('lastEventNumber', () => {
  const query = '{ node(id: "ID") { ... on Message { lastEventNumber reactionGroups { count } } } }';

  test('of a message is the number of the event that last changed it or its reactions', async () => {
    const roomId = await makeGroup(ada, 'Workshop', [grace]);
    const numbers: [shown: number | undefined, last: number][] = [];
    const { id } = await say(ada, roomId, 'Helo');
    const note = async () => {
      const { data } = await grace.tryAsk<{ node: { lastEventNumber: number } }, object>(query.replace('ID', id));
      numbers.push([data.node.lastEventNumber, await lastEventNumber(server, roomId)]);
    };
    const changes = [
      () => edit(ada, id, 'Hello'),
      () => react(grace, id, '👍'),
      () => unreact(grace, id, '👍'),
      () => remove(ada, id),
    ];

    await note();
    for (const change of changes) {
      done(await change());
      await note();
    }
    await say(ada, roomId, 'Another');

    expect(numbers).toEqual(numbers.map(([, last]) => [last, last]));
  });

  test('of a message by id is read in one statement with its reactions', async () => {
    const roomId = await makeGroup(ada, 'Workshop', [grace]);
    const { id } = await say(ada, roomId, 'Hello');
    done(await react(grace, id, '👍'));
    const before = server.statements.length;

    await grace.tryAsk(query.replace('ID', id));

    const reads = server.statements.slice(before).filter((sql) => sql.includes('FROM "Reaction"'));
    expect(reads).toEqual([expect.stringContaining('"changeNumber"')]);
  });

  test('is the same in answers, events and pages', async () => {
    const roomId = await makeGroup(ada, 'Workshop', [grace]);
    const { id } = await say(ada, roomId, 'Helo');
    const selection = 'message { lastEventNumber }';
    const ask = (mutation: string, more: string) =>
      grace.tryAsk<{ done: { message: object } }, object>(
        `mutation { done: ${mutation}(input: { messageId: "${id}"${more} }) { ${selection} } }`,
      );

    const { data } = await ask('addReaction', ', emoji: "👍"');
    const page = await grace.tryAsk<{ room: { lastEventNumber: number } }, object>(
      `{ room(id: "${roomId}") { lastEventNumber messages(last: 1) { nodes { lastEventNumber } } } }`,
    );

    const lastEventNumber = page.data.room.lastEventNumber;
    expect(data.done.message).toEqual({ lastEventNumber });
    expect(page.data.room).toMatchObject({ messages: { nodes: [{ lastEventNumber }] } });
  });
});

describe('editing a message', () => {
  let roomId: string;
  beforeEach(async () => {
    roomId = await makeGroup(ada, 'Workshop', [grace]);
  });

  test('changes the message for every reader, at its place', async () => {
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
  });

  test('removes the first text from the database and from replies', async () => {
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

  test('changes nothing if the text is the same', async () => {
    const { id } = await say(ada, roomId, 'Steady');
    const before = await lastEventNumber(server, roomId);

    const { message } = done(await edit(ada, id, ' Steady '));

    expect(message).toMatchObject({ text: 'Steady', editedAt: null });
    expect(await lastEventNumber(server, roomId)).toBe(before);
  });

  test('numbers each of many simultaneous edits, and keeps the last', async () => {
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
  });

  test('is not undone when the first text is sent again', async () => {
    const { id } = await say(ada, roomId, 'Sent once', { clientMessageId: 'once' });
    done(await edit(ada, id, 'Edited since'));

    const again = await say(ada, roomId, 'Sent once', { clientMessageId: 'once' });

    expect(again).toMatchObject({ id, text: 'Edited since' });
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Sent once')).toEqual([]);
  });

  test('is refused for the message of another user, even to the owner of the room', async () => {
    const { id } = await say(grace, roomId, 'By Grace');

    const answer = await edit(ada, id, 'By Ada');

    expect(answer).toMatchObject({ message: null, userErrors: [{ code: 'FORBIDDEN', path: ['input', 'messageId'] }] });
    expect((await textsIn(roomId, ada)).at(-1)).toBe('By Grace');
  });

  test('is refused for a deleted message', async () => {
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

    test('is allowed within it and refused after it', async () => {
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
});

describe('deleting a message', () => {
  let roomId: string;
  beforeEach(async () => {
    roomId = await makeGroup(ada, 'Workshop', [grace, edsger]);
  });

  test('removes the message for every reader and keeps its place', async () => {
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
  });

  test('removes its texts and its reactions from the database', async () => {
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

  test('changes nothing the second time', async () => {
    const { id } = await say(ada, roomId, 'Once');
    const first = done(await remove(ada, id));
    const { position } = await Follower.of(ada, roomId);

    const again = done(await remove(ada, id));
    const follower = await Follower.of(ada, roomId);

    expect(again.message).toEqual(first.message);
    expect(follower.position).toBe(position);
  });

  test('keeps a reply, which shows that the message is gone', async () => {
    const question = await say(ada, roomId, 'Who ate the cake?');
    const answer = await say(grace, roomId, 'Not me', { replyToId: question.id });

    done(await remove(ada, question.id));

    const { room } = await edsger.ask(HistoryDocument, { roomId, last: 1 });
    expect(room!.messages.edges[0]!.node).toMatchObject({ id: answer.id, replyTo: { id: question.id, text: null } });
  });

  test('keeps the message: it stays the latest one, can be replied to, and keeps its clientMessageId', async () => {
    const { id } = await say(ada, roomId, 'Last words', { clientMessageId: 'last' });
    done(await remove(ada, id));

    const again = await say(ada, roomId, 'Last words', { clientMessageId: 'last' });
    expect(again).toMatchObject({ id, text: null });
    expect((await look(grace, roomId))?.latestMessage).toMatchObject({ id, text: null });
    expect(await say(grace, roomId, 'What was it?', { replyToId: id })).toMatchObject({ replyTo: { id, text: null } });
  });

  test('hides the text from a reader who resumes, in both streams', async () => {
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
  });

  test.each(['OWNER', 'MODERATOR'] as const)("is allowed to the room's %s for the messages of others", async (role) => {
    const { id } = await say(edsger, roomId, 'Spam');
    const member = { roomId: innerId('Room', roomId), userId: innerId('User', grace.id) };
    await server.app.services.prisma.membership.update({ where: { roomId_userId: member }, data: { role } });

    expect(done(await remove(grace, id)).message).toMatchObject({ text: null, author: { id: edsger.id } });
  });

  test('is refused to a member for the messages of others', async () => {
    const { id } = await say(ada, roomId, 'By the owner');

    expect(await remove(grace, id)).toMatchObject({
      message: null,
      userErrors: [{ code: 'FORBIDDEN', path: ['input', 'messageId'] }],
    });
    expect((await textsIn(roomId, ada)).at(-1)).toBe('By the owner');
  });

  test('makes adding a reaction a conflict, and removing one a success', async () => {
    const { id } = await say(ada, roomId, 'Nothing');
    done(await react(grace, id, '👍'));
    done(await remove(ada, id));

    expect(await react(grace, id, '👍')).toMatchObject({
      userErrors: [{ code: 'CONFLICT', path: ['input', 'messageId'] }],
    });
    expect(done(await unreact(grace, id, '👍')).message?.reactionGroups).toEqual([]);
  });
});
