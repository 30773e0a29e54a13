import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, newId } from '../../src/base/ids.ts';
import { HistoryDocument, NodeDocument, SendMessageDocument, type SendMessageInput } from '../generated/graphql.ts';
import { type Person, people } from '../support/person.ts';
import { makeGroup, makeRoom, say, textsIn } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let roomId: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
  roomId = await makeGroup(ada, 'Workshop', [grace]);
});
afterAll(() => server.close());

async function send(author: Person, input: Omit<SendMessageInput, 'roomId'> & { roomId?: string }) {
  return (await author.ask(SendMessageDocument, { input: { roomId, ...input } })).sendMessage;
}

describe('a text', () => {
  test.each([
    ['emoji with tones and joiners', '👩🏽‍🚀 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣'],
    ['right-to-left', 'שלום, עולם! \u202bمرحبا\u202c'],
    ['newlines and tabs', 'one\n\n\ttwo\r\nthree'],
    ['combining characters as they come', 'e\u0301 é n\u0303'],
    ['markup and quotes', '<script>alert("1")</script> \'; DROP TABLE "Message"; -- $1 %s \\n'],
    ['control characters', 'ding\u0007\u001b[31mred'],
    ['4,000 characters', '👋'.repeat(4000)],
  ])('of %s is kept exactly', async (_what, text) => {
    const { message, userErrors } = await send(ada, { text });

    expect(userErrors).toEqual([]);
    expect(message?.text).toBe(text);
    expect((await textsIn(roomId, grace)).at(-1)).toBe(text);
  });

  test('loses the white space around it', async () => {
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
  ])('of %s is refused', async (_what, text, reason) => {
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

describe('the same clientMessageId', () => {
  test('with the same text gives the first message again', async () => {
    const first = await send(ada, { text: 'Once', clientMessageId: 'same' });
    const again = await send(ada, { text: ' Once ', clientMessageId: 'same' });

    expect(first).toMatchObject({ isReplay: false, message: { clientMessageId: 'same' } });
    expect(again).toEqual({ ...first, isReplay: true });
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Once')).toHaveLength(1);
  });

  test('with another text or reply is a mismatch, and nothing is added', async () => {
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

  test('ten times at once makes one message, and nine replays of it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(ada, { text: 'Burst', clientMessageId: 'burst' })),
    );

    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ message }) => message?.id)).size).toBe(1);
    expect(answers.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Burst')).toHaveLength(1);
  });

  test('with two texts at once makes one of them', async () => {
    const answers = await Promise.all(['Left', 'Right'].map((text) => send(ada, { text, clientMessageId: 'fork' })));

    expect(answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual(['IDEMPOTENCY_MISMATCH']);
    expect((await textsIn(roomId, grace)).filter((text) => text === 'Left' || text === 'Right')).toHaveLength(1);
  });

  test('means another message from another author, and in another room', async () => {
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

  test('is seen by its author alone', async () => {
    await send(ada, { text: 'Private reference', clientMessageId: 'private' });
    const newest = async (reader: Person) =>
      (await reader.ask(HistoryDocument, { roomId, last: 1 })).room!.messages.edges[0]!.node.clientMessageId;

    expect([await newest(ada), await newest(grace)]).toEqual(['private', null]);
  });

  test.each([
    ['of 64 characters is taken', '🔑'.repeat(64), null],
    ['of 65 characters is refused', 'x'.repeat(65), 'INVALID_INPUT'],
    ['of nothing is refused', '', 'INVALID_INPUT'],
    ['with a NUL is refused', 'a\0', 'INVALID_INPUT'],
  ])('%s', async (_what, clientMessageId, code) => {
    const { message, userErrors } = await send(ada, { text: 'Reference', clientMessageId });

    expect(userErrors.map((error) => error.code)).toEqual(code ? [code] : []);
    expect(message?.clientMessageId ?? null).toBe(code ? null : clientMessageId);
  });

  test('left out, the server makes one', async () => {
    const [one, two] = [await send(ada, { text: 'Twice' }), await send(ada, { text: 'Twice' })];

    expect(one.message?.clientMessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(two).toMatchObject({ isReplay: false });
    expect(two.message?.id).not.toBe(one.message?.id);
  });
});

describe('a reply', () => {
  test('shows what it answers', async () => {
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

test('what was sent is found by its id, with the cursor that pages go by', async () => {
  const { message, messageEdge } = await send(ada, { text: 'Here I am' });

  const { room } = await grace.ask(HistoryDocument, { roomId, last: 1 });
  expect((await grace.ask(NodeDocument, { id: message!.id })).node).toEqual({ __typename: 'Message', id: message!.id });
  expect(room!.messages.edges[0]).toMatchObject({ cursor: messageEdge!.cursor, node: { id: message!.id } });
});

test('a message that is refused joins nobody', async () => {
  const channel = await makeRoom(ada, { kind: 'CHANNEL', name: 'Threshold' });

  await send(grace, { roomId: channel, text: ' ' });
  await send(grace, { roomId: channel, text: 'Hello', replyToId: globalId('Message', newId()) });

  expect(await textsIn(channel, ada)).toEqual(['Ada created Threshold.']);
});
