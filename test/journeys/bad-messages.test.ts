import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { globalId, newId } from '../../src/base/ids.ts';
import { ArchiveRoomDocument, RoomStateDocument } from '../generated/graphql.ts';
import { edit, react, remove, unreact } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { done, join, leave, makeGroup, makeRoom, roomCalled, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let group: string;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
  group = await makeGroup(ada, 'Private');
});
afterAll(() => server.close());

/** Everything that can be done to a message, by Grace. */
const actions: [string, (id: string) => ReturnType<typeof edit>][] = [
  ['editing', (id) => edit(grace, id, 'Mine now')],
  ['deleting', (id) => remove(grace, id)],
  ['reacting to', (id) => react(grace, id, '👍')],
  ['taking a reaction back from', (id) => unreact(grace, id, '👍')],
];

const refusal = (code: string) => ({ message: null, userErrors: [{ code, path: ['input', 'messageId'] }] });

/** All that a room has to show, and how far its log goes. */
const stateOf = async (roomId: string) => (await ada.ask(RoomStateDocument, { roomId })).room;

describe.each(actions)('%s', (_what, act) => {
  test('a message of a room that one is not in says no more than that there may be none', async () => {
    const { id } = await say(ada, group, 'Between us');
    const before = await stateOf(group);

    const [foreign, missing] = [await act(id), await act(globalId('Message', newId()))];

    expect(foreign).toMatchObject(refusal('NOT_FOUND'));
    expect(foreign).toEqual(missing);
    expect(await stateOf(group)).toEqual(before);
  });

  test('a message of a private room that one has left is likewise not found', async () => {
    const left = await makeGroup(ada, 'Left', [grace]);
    const { id } = await say(grace, left, 'Farewell');
    await leave(grace, left);

    expect(await act(id)).toMatchObject(refusal('NOT_FOUND'));
  });

  test.each<[string, () => string]>([
    ['a room', () => group],
    ['a user', () => ada.id],
    ['nothing at all', () => 'x'.repeat(10_000)],
  ])('the id of %s is invalid', async (_id, idOf) => {
    expect(await act(idOf())).toMatchObject(refusal('INVALID_INPUT'));
  });

  test('a message of a public room takes being a member', async () => {
    const channel = await makeRoom(ada, { kind: 'CHANNEL', name: `Open ${newId()}` });
    const { id } = await say(ada, channel, 'For all to read');

    expect(await act(id)).toMatchObject(refusal('FORBIDDEN'));
    await join(grace, channel);
    await leave(grace, channel);
    expect(await act(id)).toMatchObject(refusal('FORBIDDEN'));
  });

  test('a message of an archived room is no longer possible', async () => {
    const closed = await makeGroup(ada, 'Closed', [grace]);
    const { id } = await say(grace, closed, 'The end');
    await ada.ask(ArchiveRoomDocument, { input: { roomId: closed } });
    const before = await stateOf(closed);

    expect(await act(id)).toMatchObject(refusal('ROOM_ARCHIVED'));
    expect(await stateOf(closed)).toEqual(before);
  });

  test('what the server tells is forbidden', async () => {
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
])('%s is no reaction', async (_what, emoji) => {
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

test('a clientMessageId keeps its reply, whatever became of the text', async () => {
  const question = await say(ada, group, 'Which?');
  const { id } = await say(ada, group, 'This', { clientMessageId: 'answer', replyToId: question.id });
  done(await edit(ada, id, 'That'));

  await expect(say(ada, group, 'This', { clientMessageId: 'answer' })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  expect(await say(ada, group, 'This', { clientMessageId: 'answer', replyToId: question.id })).toMatchObject({ id });
});
