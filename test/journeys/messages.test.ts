import { beforeEach, describe, expect, test } from '@jest/globals';
import { globalId, innerId, newId } from '../../src/base/ids.ts';
import {
  HistoryDocument,
  MessageAddedDocument,
  NodeDocument,
  SendMessageDocument,
  type SendMessageInput,
} from '../generated/graphql.ts';
import { edit, remove } from '../support/messages.ts';
import { ban, expelMember } from '../support/moderating.ts';
import { type Person, take } from '../support/person.ts';
import { done, join, leave, makeChannel, makeGroup, roomOf, say, textsIn } from '../support/rooms.ts';
import { withServerLike } from '../support/with-server.ts';

const { server, ada, grace } = await withServerLike({ expectsFaults: true }, 'Ada', 'Grace');

let roomId: string;
beforeEach(async () => {
  roomId = await roomOf(ada, grace);
});

async function send(author: Person, input: Omit<SendMessageInput, 'roomId'> & { roomId?: string }) {
  return (await author.ask(SendMessageDocument, { input: { roomId, ...input } })).sendMessage;
}

describe('the text of a message', () => {
  test.each([
    ['emoji with tones and joiners', '👩🏽‍🚀 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣'],
    ['right-to-left', 'שלום, עולם! \u202bمرحبا\u202c'],
    ['newlines and tabs', 'one\n\n\ttwo\r\nthree'],
    ['combining characters', 'e\u0301 é n\u0303'],
    ['markup and quotes', '<script>alert("1")</script> \'; DROP TABLE "Message"; -- $1 %s \\n'],
    ['control characters', 'ding\u0007\u001b[31mred'],
    ['4,000 characters', '👋'.repeat(4000)],
  ])('keeps %s exactly', async (_what, text) => {
    const { message, userErrors } = await send(ada, { text });

    expect(userErrors).toEqual([]);
    expect(message?.text).toBe(text);
    expect((await textsIn(roomId, grace)).at(-1)).toBe(text);
  });

  test('is stored without the white space around it', async () => {
    expect((await send(ada, { text: ' \n\t  padded \u00a0\ufeff\n' })).message?.text).toBe('padded');
  });

  test.each([
    ['nothing', '', 'empty'],
    ['spaces', ' \n\t\u00a0\u3000', 'empty'],
    ['zero-width characters', '\u200b\u200d\u2060', 'empty'],
    ['marks without a letter', '\u0301\u0302', 'empty'],
    ['4,001 characters', 'x'.repeat(4001), '4001 characters; the limit is 4000'],
    ['a NUL', 'a\0b', 'NUL'],
    ['half of an emoji', 'a\ud83d', 'surrogate'],
  ])('cannot be %s', async (_what, text, reason) => {
    const before = await textsIn(roomId, grace);

    const answer = await send(ada, { text });

    expect(answer).toMatchObject({ message: null, messageEdge: null, isReplay: false });
    expect(answer.userErrors).toMatchObject([
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['input', 'text'] },
    ]);
    expect(answer.userErrors[0]?.message).toContain(reason);
    expect(await textsIn(roomId, grace)).toEqual(before);
  });
});

describe('a clientMessageId', () => {
  test('returns the first message for the same text', async () => {
    const first = await send(ada, { text: 'Once', clientMessageId: 'same' });
    const again = await send(ada, { text: ' Once ', clientMessageId: 'same' });

    expect(first).toMatchObject({ isReplay: false, message: { clientMessageId: 'same' } });
    expect(again).toEqual({ ...first, isReplay: true });
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Once')).toHaveLength(1);
  });

  test('is a mismatch with another text or reply, and adds nothing', async () => {
    const { message } = await send(ada, { text: 'This', clientMessageId: 'other' });
    const mismatch = [
      { __typename: 'ConflictError', code: 'IDEMPOTENCY_MISMATCH', path: ['input', 'clientMessageId'] },
    ];
    const before = await textsIn(roomId, grace);

    const otherText = await send(ada, { text: 'That', clientMessageId: 'other' });
    const otherReply = await send(ada, { text: 'This', clientMessageId: 'other', replyToId: message!.id });

    expect([otherText, otherReply]).toMatchObject([{ message: null, userErrors: mismatch }, { userErrors: mismatch }]);
    expect(await textsIn(roomId, grace)).toEqual(before);
  });

  test('returns the message for any text after an edit or a deletion, but not for another reply', async () => {
    const edited = await send(ada, { text: 'Before', clientMessageId: 'edited' });
    const deleted = await send(ada, { text: 'Gone', clientMessageId: 'deleted' });
    done(await edit(ada, edited.message!.id, 'Now'));
    done(await remove(ada, deleted.message!.id));

    for (const text of ['Before', 'Now', 'Neither']) {
      expect(await send(ada, { text, clientMessageId: 'edited' })).toMatchObject({
        isReplay: true,
        message: { id: edited.message!.id, text: 'Now' },
      });
      expect(await send(ada, { text, clientMessageId: 'deleted' })).toMatchObject({
        isReplay: true,
        message: { id: deleted.message!.id, text: null },
      });
    }
    const reply = await send(ada, { text: 'Now', clientMessageId: 'edited', replyToId: deleted.message!.id });
    expect(reply.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
  });

  test('creates one message if it is sent ten times at once, and nine replays of it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(ada, { text: 'Burst', clientMessageId: 'burst' })),
    );

    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ message }) => message?.id)).size).toBe(1);
    expect(answers.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Burst')).toHaveLength(1);
  });

  test('creates one message if it is sent with two texts at once', async () => {
    const answers = await Promise.all(['Left', 'Right'].map((text) => send(ada, { text, clientMessageId: 'fork' })));

    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['IDEMPOTENCY_MISMATCH']);
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Left' || text === 'Right')).toHaveLength(1);
  });

  test('belongs to one author and one room', async () => {
    const elsewhere = await makeGroup(ada, 'Elsewhere');

    const messages = [
      await send(ada, { text: 'Mine', clientMessageId: 'shared' }),
      await send(grace, { text: 'Hers', clientMessageId: 'shared' }),
      await send(ada, { roomId: elsewhere, text: 'There', clientMessageId: 'shared' }),
    ];

    expect(messages.map(({ isReplay, message }) => [isReplay, message?.text])).toEqual([
      [false, 'Mine'],
      [false, 'Hers'],
      [false, 'There'],
    ]);
  });

  test('that is a UUIDv7 in lower case is the id of the message, whatever its time', async () => {
    for (const clientMessageId of [newId(), '00000000-0000-7000-8000-000000000001']) {
      const first = await send(ada, { text: 'Mine', clientMessageId });
      const again = await send(ada, { text: 'Mine', clientMessageId });

      expect(first).toMatchObject({ isReplay: false, message: { id: globalId('Message', clientMessageId) } });
      expect(again).toEqual({ ...first, isReplay: true });
    }
  });

  test.each([
    ['a UUIDv7 in upper case', '0192F0C4-7A3B-7C11-9D52-3F6C1D2E4B5A'],
    ['a UUIDv4', '0192f0c4-7a3b-4c11-9d52-3f6c1d2e4b5a'],
    ['a UUIDv7 of another variant', '0192f0c4-7a3b-7c11-cd52-3f6c1d2e4b5a'],
  ])('that is %s leaves the id to the server', async (_what, clientMessageId) => {
    const { message } = await send(ada, { text: 'Mine', clientMessageId });

    expect(message).toMatchObject({
      clientMessageId,
      id: expect.not.stringMatching(globalId('Message', clientMessageId)),
    });
  });

  test('that is the id of any other message is a mismatch, the same for all, and adds nothing', async () => {
    const clientMessageId = newId();
    const elsewhere = await makeGroup(ada, 'Elsewhere');
    const hidden = await makeGroup(grace, 'Hidden');
    await send(ada, { text: 'Mine', clientMessageId });

    const refused = [
      await send(ada, { text: 'Other', clientMessageId }),
      await send(ada, { text: 'Mine', clientMessageId, roomId: elsewhere }),
      await send(grace, { text: 'Mine', clientMessageId }),
      await send(grace, { text: 'Mine', clientMessageId, roomId: hidden }),
    ];

    expect(refused[0]).toMatchObject({ message: null, userErrors: [{ code: 'IDEMPOTENCY_MISMATCH' }] });
    for (const other of refused) expect(other).toEqual(refused[0]);
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Mine')).toHaveLength(1);
  });

  test('that is the id of a message tells its author nothing after they were removed or banned', async () => {
    const group = await makeGroup(grace, 'Left', [ada]);
    const channel = await makeChannel(grace, 'Public', [ada]);
    const [mine, other] = [newId(), newId()];
    await send(ada, { text: 'Mine', clientMessageId: mine, roomId: group });
    await send(ada, { text: 'Mine', clientMessageId: other, roomId: channel });
    await expelMember(grace, { roomId: group, user: ada });
    await ban(grace, { roomId: channel, user: ada });

    const again = [
      await send(ada, { text: 'Mine', clientMessageId: mine, roomId: group }),
      await send(ada, { text: 'Mine', clientMessageId: other, roomId: channel }),
    ];

    expect(again).toMatchObject([
      { message: null, userErrors: [{ code: 'NOT_FOUND', path: ['input', 'roomId'] }] },
      { message: null, userErrors: [{ code: 'BANNED', path: ['input', 'roomId'] }] },
    ]);
  });

  test('that is used for several messages at once is the id of one, and the others of the group are stored', async () => {
    const clientMessageId = newId();
    const elsewhere = await makeGroup(grace, 'Elsewhere');

    const answers = await Promise.all([
      send(ada, { text: 'One', clientMessageId }),
      send(grace, { text: 'Two', clientMessageId }),
      send(grace, { text: 'Three', clientMessageId, roomId: elsewhere }),
      ...Array.from({ length: 5 }, () => send(ada, { text: 'Beside' })),
    ]);

    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(['IDEMPOTENCY_MISMATCH', 'IDEMPOTENCY_MISMATCH']);
    expect(answers.slice(3).every(({ message }) => message !== null)).toBe(true);
  });

  test('that is taken does not join its author to a public room', async () => {
    const [clientMessageId, channel] = [newId(), await makeChannel(ada, 'Taken')];
    await send(ada, { text: 'Mine', clientMessageId, roomId: channel });

    const { userErrors } = await send(grace, { text: 'Hers', clientMessageId, roomId: channel });

    expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
    expect((await grace.tryAsk(`{ room(id: "${channel}") { viewerMembership { id } } }`)).data).toEqual({
      room: { viewerMembership: null },
    });
  });

  test('is shown to its author alone', async () => {
    await send(ada, { text: 'Private reference', clientMessageId: 'private' });
    const newest = async (reader: Person) =>
      (await reader.ask(HistoryDocument, { roomId, last: 1 })).room!.messages.edges[0]!.node.clientMessageId;

    expect([await newest(ada), await newest(grace)]).toEqual(['private', null]);
  });

  test.each([
    ['is accepted with 64 characters', '🔑'.repeat(64), null],
    ['is refused with 65 characters', 'x'.repeat(65), 'INVALID_INPUT'],
    ['is refused if empty', '', 'INVALID_INPUT'],
    ['is refused with a NUL', 'a\0', 'INVALID_INPUT'],
  ])('%s', async (_what, clientMessageId, code) => {
    const { message, userErrors } = await send(ada, { text: 'Reference', clientMessageId });

    expect(userErrors.map((error) => error.code)).toEqual(code ? [code] : []);
    expect(message?.clientMessageId ?? null).toBe(code ? null : clientMessageId);
  });

  test('is created by the server if the client omits it', async () => {
    const [one, two] = [await send(ada, { text: 'Twice' }), await send(ada, { text: 'Twice' })];

    expect(one.message?.clientMessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(two).toMatchObject({ isReplay: false });
    expect(two.message?.id).not.toBe(one.message?.id);
  });
});

describe('a reply', () => {
  test('shows the message that it answers', async () => {
    const question = await say(ada, roomId, 'Tea?');

    const { message } = await send(grace, { text: 'Please', replyToId: question.id });

    expect(message?.replyTo).toEqual({ id: question.id, text: 'Tea?' });
  });

  test.each<[string, () => Promise<string> | string, string]>([
    ['a message of another room', async () => (await say(ada, await makeGroup(ada, 'Other'), 'Here')).id, 'NOT_FOUND'],
    ['a message that there is not', () => globalId('Message', newId()), 'NOT_FOUND'],
    ['something that is no message', () => roomId, 'INVALID_INPUT'],
  ])('cannot answer %s', async (_what, target, code) => {
    const answer = await send(ada, { text: 'Answer', replyToId: await target() });

    expect(answer).toMatchObject({ message: null, userErrors: [{ code, path: ['input', 'replyToId'] }] });
  });
});

test('a message is found by its id, and by the cursor of its page', async () => {
  const { message, messageEdge } = await send(ada, { text: 'Here I am' });

  const { room } = await grace.ask(HistoryDocument, { roomId, last: 1 });
  expect((await grace.ask(NodeDocument, { id: message!.id })).node).toEqual({ __typename: 'Message', id: message!.id });
  expect(room!.messages.edges[0]).toMatchObject({ cursor: messageEdge!.cursor, node: { id: message!.id } });
});

test('a refused message does not join its author to the room', async () => {
  const channel = await makeChannel(ada, 'Threshold');

  await send(grace, { roomId: channel, text: ' ' });
  await send(grace, { roomId: channel, text: 'Hello', replyToId: globalId('Message', newId()) });

  expect(await textsIn(channel, ada)).toEqual(['Ada created Threshold.']);
});

describe('the numbers of messages', () => {
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  /** Returns the numbers of a room's messages and events in the database. */
  async function numbersOf(roomId: string) {
    const { message, roomEvent, roomHead, membership } = server.app.services.prisma;
    const where = { roomId: innerId('Room', roomId) };
    const messages = await message.findMany({ where, orderBy: { sequence: 'asc' } });
    const events = await roomEvent.findMany({ where });
    const eventNumbers = [...messages, ...events].map(({ eventNumber }) => eventNumber).sort((a, b) => a - b);
    const joined = await membership.count({ where: { ...where, state: 'JOINED' } });
    return { head: await roomHead.findUniqueOrThrow({ where }), messages, eventNumbers, joined };
  }

  async function sayMany(writer: Person, roomId: string, count: number): Promise<void> {
    for (const n of upTo(count)) await say(writer, roomId, `${n}`);
  }

  /** Joins and leaves so many times, and is a member at the end. */
  async function pass(passer: Person, roomId: string, times: number): Promise<void> {
    for (const _time of upTo(times)) await join(passer, roomId).then(() => leave(passer, roomId));
    await join(passer, roomId);
  }

  test('have no gap and no duplicate while four users write and two join and leave', async () => {
    const roomId = await makeChannel(ada, 'Rush hour');
    const { radia, sophie, ...others } = await server.people('Barbara', 'Grace', 'Hedy', 'Radia', 'Sophie');
    const writing = [ada, ...Object.values(others)].map((writer) => sayMany(writer, roomId, 25));
    await Promise.all([...writing, pass(radia, roomId, 6), pass(sophie, roomId, 6)]);

    const { head, messages, eventNumbers, joined } = await numbersOf(roomId);

    expect(messages.map(({ sequence }) => sequence)).toEqual(upTo(head.lastSequence));
    expect(eventNumbers).toEqual(upTo(head.lastEventNumber));
    expect(messages).toEqual([...messages].sort((a, b) => a.eventNumber - b.eventNumber));
    expect([head.memberCount, joined]).toEqual([6, 6]);
    // 1 for the room, 100 written, a welcome for each of 3 writers and 14 joins, 12 goodbyes
    expect(head.lastSequence).toBe(1 + 100 + 3 + 14 + 12);
  });

  test('keep the order of each author’s messages', async () => {
    const roomId = await makeChannel(ada, 'Queue');
    await Promise.all([sayMany(ada, roomId, 10), sayMany(grace, roomId, 10)]);

    const { messages } = await numbersOf(roomId);

    for (const { id } of [ada, grace]) {
      const own = messages.filter(({ authorId }) => authorId === innerId('User', id));
      expect(own.map(({ text }) => text)).toEqual(upTo(10).map(String));
    }
  });

  test('are published after the message is committed', async () => {
    const roomId = await makeChannel(ada, 'Committed');
    const found = lookUpWhatIsHeard(grace, roomId, 10);
    await server.untilFollowed(roomId);

    await sayMany(ada, roomId, 10);

    expect(await found).toEqual(upTo(10).map(String));
  });

  /** Looks up each of the next messages by its id as soon as its event arrives; returns the texts. */
  async function lookUpWhatIsHeard(listener: Person, roomId: string, count: number): Promise<unknown[]> {
    const heard = listener.follow(MessageAddedDocument, { roomId });
    const found: unknown[] = [];
    for (const _message of upTo(count)) {
      const [event] = await take(heard, 1);
      const id = innerId('Message', event!.messageAdded.message.id);
      found.push((await server.app.services.prisma.message.findUnique({ where: { id } }))?.text);
    }
    return found;
  }

  test('are not used up by a send that fails in the database, and no subscriber receives it', async () => {
    const roomId = await makeChannel(ada, 'Undone');
    const heard = take(grace.follow(MessageAddedDocument, { roomId }), 1);
    await server.untilFollowed(roomId);
    const { prisma } = server.app.services;
    await prisma.$executeRaw`ALTER TABLE "Message" ADD CONSTRAINT no_doom CHECK ("text" <> 'Doomed') NOT VALID`;

    await expect(say(ada, roomId, 'Doomed')).rejects.toThrow('The server has a fault and has logged it');
    await say(ada, roomId, 'Alive');

    expect((await heard)[0]?.messageAdded.message).toMatchObject({ text: 'Alive', sequence: 2 });
    const { eventNumbers, head } = await numbersOf(roomId);
    expect(eventNumbers).toEqual(upTo(head.lastEventNumber));
  });
});
