import { beforeAll, describe, expect, test } from '@jest/globals';
import { HistoryDocument, MessagesAroundDocument, type MessagesAroundQueryVariables } from '../generated/graphql.ts';
import { edit, remove } from '../support/messages.ts';
import { itemsOf, type Place } from '../support/pages.ts';
import { leave, makeChannel, roomOf, say } from '../support/rooms.ts';
import { storeMessages } from '../support/stored-messages.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

/** A room of 120 messages. */
let roomId: string;
const count = 120;
beforeAll(async () => {
  roomId = await roomOf(ada);
  await storeMessages(server, roomId, { author: ada, count: count - 1, text: 'Hello' });
});

type Wanted = Omit<MessagesAroundQueryVariables, 'roomId'>;

async function around(wanted: Wanted, room = roomId, reader = ada) {
  const { messagesAround } = (await reader.ask(MessagesAroundDocument, { roomId: room, ...wanted })).room!;
  return itemsOf(messagesAround, 'sequence');
}

async function page(place: Place) {
  return itemsOf((await ada.ask(HistoryDocument, { roomId, ...place })).room!.messages, 'sequence');
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test.each<[string, Wanted, [first: number, last: number], [hasPrevious: boolean, hasNext: boolean]]>([
  ['25 on each side unless told otherwise', { sequence: 60 }, [35, 85], [true, true]],
  ['as many on each side as asked for', { sequence: 60, before: 2, after: 3 }, [58, 63], [true, true]],
  ['the message alone', { sequence: 60, before: 0, after: 0 }, [60, 60], [true, true]],
  ['100 messages, the message among them', { sequence: 60, before: 50, after: 49 }, [10, 109], [true, true]],
  ['fewer at the start', { sequence: 2, before: 5, after: 5 }, [1, 7], [false, true]],
  ['all from the first', { sequence: 6, before: 5, after: 5 }, [1, 11], [false, true]],
  ['fewer at the end', { sequence: count - 1, before: 5, after: 5 }, [count - 6, count], [true, false]],
  ['all to the last', { sequence: count - 5, before: 5, after: 5 }, [count - 10, count], [true, false]],
  [
    'those around the newest for a number beyond',
    { sequence: 2 ** 31 - 1, before: 3 },
    [count - 3, count],
    [true, false],
  ],
  ['the start for 0', { sequence: 0, before: 5, after: 3 }, [1, 3], [false, true]],
])('the page around a message has %s', async (_what, wanted, [first, last], [hasPreviousPage, hasNextPage]) => {
  expect(await around(wanted)).toMatchObject({ items: range(first, last), hasPreviousPage, hasNextPage });
});

test('the cursors of the page continue in both directions, to each message once', async () => {
  const { items, startCursor, endCursor } = await around({ sequence: 60, before: 10, after: 10 });

  const older = await page({ last: 100, before: startCursor });
  const newer = await page({ first: 100, after: endCursor });

  expect([...older.items, ...items, ...newer.items]).toEqual(range(1, count));
});

test('the page in the middle of a history equals that of `messages`', async () => {
  const { startCursor, endCursor } = await around({ sequence: 60, before: 11, after: 11 });

  const between = await page({ first: 100, after: startCursor, before: endCursor });

  expect((await around({ sequence: 60, before: 10, after: 10 })).items).toEqual(between.items);
});

describe('the page around a message', () => {
  test('has deleted and edited messages as they are now', async () => {
    const room = await roomOf(ada);
    const [first, second] = [await say(ada, room, 'Wrong'), await say(ada, room, 'Oops')];
    await edit(ada, first.id, 'Right');
    await remove(ada, second.id);

    const { room: shown } = await ada.ask(MessagesAroundDocument, { roomId: room, sequence: second.sequence });

    expect(shown?.messagesAround.edges.map(({ node }) => node.text)).toEqual([expect.any(String), 'Right', null]);
  });

  test('is empty in a room without messages', async () => {
    const quiet = (await ada.tryAsk<{ roomBySlug: { id: string } }, object>('{ roomBySlug(slug: "pets") { id } }'))
      .data;
    const nothing = { items: [], hasPreviousPage: false, hasNextPage: false, startCursor: null, endCursor: null };

    expect(await around({ sequence: 0 }, quiet.roomBySlug.id)).toEqual(nothing);
    expect(await around({ sequence: 7 }, quiet.roomBySlug.id)).toEqual(nothing);
  });

  test('is for all who may read the room, and for nobody else', async () => {
    const channel = await makeChannel(ada, 'Open');
    const closed = await roomOf(ada, grace);
    const ask = (id: string) => grace.ask(MessagesAroundDocument, { roomId: id, sequence: 1 });
    expect((await ask(closed)).room?.messagesAround.edges.length).toBeGreaterThan(0); // else this proves nothing

    await leave(grace, closed);

    expect((await ask(closed)).room).toBeNull();
    expect((await ask(channel)).room?.messagesAround.edges.length).toBeGreaterThan(0);
  });

  test('is empty in a private room that the viewer has left', async () => {
    const closed = await roomOf(ada, grace);
    const document = `mutation ($roomId: ID!) { leaveRoom(input: { roomId: $roomId }) { membership { room {
      name messagesAround(sequence: 2) { nodes { text } pageInfo { hasNextPage hasPreviousPage } } } } } }`;

    const { data, errors } = await grace.tryAsk(document, { roomId: closed });

    expect(errors).toBeUndefined();
    const messagesAround = { nodes: [], pageInfo: { hasNextPage: false, hasPreviousPage: false } };
    expect(data).toEqual({ leaveRoom: { membership: { room: { name: null, messagesAround } } } });
  });
});

test.each<[string, Wanted, string]>([
  ['a negative number', { sequence: -1 }, '`sequence` is -1; expected 0 or more.'],
  ['fewer than no messages before', { sequence: 1, before: -1 }, '`before` is -1; expected 0 or more.'],
  ['fewer than no messages after', { sequence: 1, after: -1 }, '`after` is -1; expected 0 or more.'],
  [
    'more than 100 messages',
    { sequence: 1, before: 50, after: 50 },
    '`before` and `after` add up to 100; expected at most 99.',
  ],
])('the page around a message is refused for %s', async (_what, wanted, message) => {
  const { errors } = await ada.tryAsk(MessagesAroundDocument, { roomId, ...wanted });

  expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]);
});

test('the page around a message counts against the limit of text', async () => {
  const long = await roomOf(ada);
  await storeMessages(server, long, { author: ada, count: 120, text: '😀'.repeat(4000) });
  const pages = (sizes: number[]) =>
    sizes.map((size, n) => `p${n}: messagesAround(sequence: ${60 + n}, before: 0, after: ${size}) { nodes { text } }`);
  const ask = (sizes: number[]) => ada.tryAsk(`{ room(id: "${long}") { ${pages(sizes).join(' ')} } }`);

  expect((await ask([40, 40])).errors).toBeUndefined();
  expect((await ask(Array(20).fill(40))).errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
});
