import { afterEach, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import {
  HistoryDocument,
  MessageAddedDocument,
  type MessageAddedSubscription,
  RoomEventsDocument,
  type RoomEventsSubscription,
  SendMessageDocument,
} from '../generated/graphql.ts';
import { type Person, take } from '../support/person.ts';
import { join, leave, makeChannel, makeGroup, roomCalled, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';
import { until } from '../support/until.ts';
import { withServer, withServerLike } from '../support/with-server.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const { lise } = await withServerLike({ heartbeatMs: 50 }, 'Lise');

test('Ada sends a message to #general, and Grace, who subscribes to it, receives it', async () => {
  const roomId = await roomCalled('general', ada);
  const first = take(grace.follow(MessageAddedDocument, { roomId }), 2);
  await server.untilFollowed(roomId);

  const { sendMessage } = await ada.ask(SendMessageDocument, { input: { roomId, text: '  Hello, world 👋🏽\n ' } });

  expect(sendMessage).toMatchObject({ isReplay: false, userErrors: [], message: { text: 'Hello, world 👋🏽' } });
  const texts = (await first).map(({ messageAdded }) => messageAdded.message.text);
  expect(texts).toEqual(['Welcome to General, Ada!', 'Hello, world 👋🏽']);
  const history = await grace.ask(HistoryDocument, { roomId, last: 1 });
  expect(history.room?.messages.edges[0]?.node.author?.displayName).toBe('Ada');
});

type Results = AsyncIterator<ExecutionResult<MessageAddedSubscription>>;

const open: Results[] = [];
afterEach(async () => {
  for (const results of open.splice(0)) await results.return?.();
});

const transports = {
  WebSocket: (person: Person, roomId: string): Results => person.follow(MessageAddedDocument, { roomId }),
  SSE: (person: Person, roomId: string): Results => listen(person, MessageAddedDocument, { roomId }),
};

describe.each(Object.entries(transports))('over %s', (_transport, start) => {
  function follow(person: Person, roomId: string): Results {
    const results = start(person, roomId);
    open.push(results);
    return results;
  }

  /** The texts of the next messages, once the room is followed and `work` is done. */
  async function heard(roomId: string, count: number, work: () => Promise<unknown>): Promise<unknown[]> {
    const results = take(follow(grace, roomId), count);
    await server.untilFollowed(roomId, open.length);
    await work();
    return (await results).map(({ messageAdded }) => messageAdded.message);
  }

  test('a subscriber gets each message once and in order', async () => {
    const roomId = await makeGroup(ada, 'Two', [grace]);

    const messages = await heard(roomId, 3, async () => {
      for (const text of ['One', 'Two', '👩🏽‍🚀\nשלום']) await say(ada, roomId, text);
    });

    expect(messages).toMatchObject([
      { text: 'One', sequence: 3, kind: 'USER', author: { displayName: 'Ada' } },
      { text: 'Two', sequence: 4 },
      { text: '👩🏽‍🚀\nשלום', sequence: 5 },
    ]);
  });

  test('a subscriber gets system messages in their own language', async () => {
    const roomId = await makeChannel(ada, 'The Door');
    const { hedy } = await server.people('Hedy');
    const pedro = await server.signIn('Pedro', { language: 'pt-BR' });
    const inPortuguese = take(follow(pedro, roomId), 1);

    const messages = await heard(roomId, 2, async () => {
      await join(hedy, roomId);
      await leave(hedy, roomId);
    });

    expect(messages).toMatchObject([
      { text: 'Welcome to The Door, Hedy!', systemEvent: { type: 'MEMBER_JOINED', subject: { displayName: 'Hedy' } } },
      { text: 'Hedy left.', author: null },
    ]);
    expect((await inPortuguese)[0]?.messageAdded.message.text).toBe('Boas-vindas a The Door, Hedy!');
  });

  test('a subscriber gets the messages of one room', async () => {
    const roomId = await makeGroup(ada, 'Here', [grace]);
    const elsewhere = await makeGroup(ada, 'Elsewhere', [grace]);

    const messages = await heard(roomId, 1, async () => {
      await say(ada, elsewhere, 'Over there');
      await say(ada, roomId, 'Over here');
    });

    expect(messages).toMatchObject([{ text: 'Over here' }]);
  });

  test('only the author of a message sees its clientMessageId', async () => {
    const roomId = await makeGroup(ada, 'References', [grace]);
    const [hers, others] = [take(follow(ada, roomId), 1), take(follow(grace, roomId), 1)];
    await server.untilFollowed(roomId, 2);

    await say(ada, roomId, 'Mine', { clientMessageId: 'draft-1' });

    expect((await hers)[0]?.messageAdded.message).toMatchObject({ text: 'Mine', clientMessageId: 'draft-1' });
    expect((await others)[0]?.messageAdded.message).toMatchObject({ text: 'Mine', clientMessageId: null });
  });

  test('a foreign private room gets the same answer as a missing one', async () => {
    const secret = await makeGroup(ada, 'Secret');
    const missing = globalId('Room', newId());

    const [foreign, absent] = [await follow(grace, secret).next(), await follow(grace, missing).next()];

    expect(foreign.value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' }, path: ['messageAdded'] }] });
    expect(JSON.stringify(absent)).toBe(JSON.stringify(foreign));
  });

  test('the id of another type is refused', async () => {
    const { value } = await follow(grace, ada.id).next();

    expect(value).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  });
});

test('an event has the number of its change and a cursor of its own', async () => {
  const roomId = await makeChannel(ada, 'Numbers');
  const results = grace.follow(MessageAddedDocument, { roomId });
  open.push(results);
  const events = take(results, 2);
  await server.untilFollowed(roomId);
  const { radia } = await server.people('Radia');

  await say(radia, roomId, 'Hello');

  // 1 the room's creation, 2 Ada's membership, 3 Radia's membership, 4 her welcome, 5 her message
  expect((await events).map(({ messageAdded }) => messageAdded.eventNumber)).toEqual([4, 5]);
  expect(new Set((await events).map(({ messageAdded }) => messageAdded.cursor)).size).toBe(2);
});

test('a client that hangs up ends its subscription on the server', async () => {
  const roomId = await makeGroup(ada, 'Short', [grace]);
  for (const start of Object.values(transports)) {
    const results = start(grace, roomId);
    const first = take(results, 1);
    await server.untilFollowed(roomId);
    await say(ada, roomId, 'Bye');
    await first;

    await results.return?.();

    await server.untilDeserted(roomId);
  }
});

test('a connection that is cut while it subscribes leaves no subscription behind', async () => {
  const roomId = await makeGroup(ada, 'Cut', [grace]);
  for (let time = 1; time <= 20; time++) {
    const socket = await RawSocket.ready(server.url, grace.token);
    socket.follow(roomId);
    await server.untilFollowed(roomId);

    socket.close();

    await server.untilDeserted(roomId);
  }
});

test('a connection that is cut while it signs in leaves no session watched', async () => {
  const { eve } = await server.people('Eve');
  const { ends } = server.app.services.sessions;
  const before = ends.size;
  for (let time = 1; time <= 20; time++) (await RawSocket.open(server.url, { token: eve.token })).close();

  const last = await RawSocket.ready(server.url, eve.token);
  expect(ends.size).toBe(before + 1);
  last.close();

  await until(() => ends.size === before);
});

describe('heartbeats', () => {
  type Frames = AsyncIterator<ExecutionResult<RoomEventsSubscription>>;

  test.each<[string, (roomId: string) => Frames]>([
    ['WebSocket', (roomId) => lise.follow(RoomEventsDocument, { roomId })],
    ['SSE', (roomId) => listen(lise, RoomEventsDocument, { roomId })],
  ])('are sent over %s while nothing happens, with the position of the last frame', async (_transport, follow) => {
    const roomId = await makeGroup(lise, 'Quiet');
    const results = follow(roomId);

    const before = await take(results, 4);
    await say(lise, roomId, 'Hello');
    const after: RoomEventsSubscription[] = [];
    while (after.at(-2)?.roomEvents.events.length !== 1) after.push(...(await take(results, 1)));
    await results.return?.();

    const frames = [...before, ...after].map(({ roomEvents }) => roomEvents);
    const said = frames.findIndex(({ events }) => events.length > 0);
    const statuses = frames.map(({ status }) => status);
    const still = statuses.filter((_status, index) => index !== 0 && index !== said);
    expect([statuses[0], statuses[said]]).toEqual(['LIVE', 'LIVE']);
    expect(new Set(still)).toEqual(new Set(['HEARTBEAT']));
    for (const [index, { positionBefore, cursor }] of frames.entries()) {
      const last = frames[index - 1];
      if (!last) continue;
      expect(positionBefore).toBe(last.positionAfter);
      expect(cursor === last.cursor).toBe(index !== said);
    }
  });

  test('have a cursor to resume from', async () => {
    const roomId = await makeGroup(lise, 'Resumed');
    const results = lise.follow(RoomEventsDocument, { roomId });
    const [, heartbeat] = await take(results, 2);
    await results.return?.();
    await say(lise, roomId, 'Meanwhile');

    const resumed = lise.follow(RoomEventsDocument, { roomId, after: heartbeat!.roomEvents.cursor });
    const [frame] = await take(resumed, 1);
    await resumed.return?.();

    expect(heartbeat?.roomEvents.status).toBe('HEARTBEAT');
    expect(frame?.roomEvents.events).toMatchObject([{ message: { text: 'Meanwhile' } }]);
  });

  test('are not part of messageAdded', async () => {
    const roomId = await makeGroup(lise, 'Silence');
    const added = lise.follow(MessageAddedDocument, { roomId });
    const next = take(added, 1);
    const beats = lise.follow(RoomEventsDocument, { roomId });
    await take(beats, 4); // so long it is quiet

    await say(lise, roomId, 'At last');

    expect((await next)[0]?.messageAdded.message.text).toBe('At last');
  });
});

describe('an operation id', () => {
  const subscribe = (id: string, roomId: string) => {
    const query = `subscription { roomEvents(roomId: "${roomId}") { status positionAfter } }`;
    return { id, type: 'subscribe', payload: { query } };
  };
  const complete = (id: string) => ({ id, type: 'complete' });

  test('is free again after Complete, also with Subscribe in the same TCP segment', async () => {
    const live = { type: 'next', payload: { data: { roomEvents: { status: 'LIVE' } } } };
    const room = await makeGroup(ada, 'Again');
    const socket = await RawSocket.ready(server.url, ada.token);
    socket.send(subscribe('again', room));
    expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });

    for (let time = 0; time < 50; time += 1) {
      socket.tcp.cork();
      socket.send(complete('again'));
      socket.send(subscribe('again', room));
      socket.tcp.uncork();
      expect(await socket.next()).toMatchObject(live);
    }
    await say(ada, room, 'Still there?');

    expect(await socket.next()).toMatchObject({ id: 'again', type: 'next' });
    expect(server.followers(room)).toBe(1);
    socket.close();
    await server.untilDeserted(room);
  });

  test('of an operation that is completed before its turn never starts it', async () => {
    const room = await makeGroup(ada, 'Never');
    const socket = await RawSocket.ready(server.url, ada.token);
    const twice = [subscribe('x', room), complete('x'), subscribe('x', room), complete('x')];

    for (const message of [...twice, subscribe('y', room)]) socket.send(message);

    expect(await socket.next()).toMatchObject({ id: 'y', type: 'next' });
    expect(server.followers(room)).toBe(1);
    socket.close();
  });

  test.each([
    ['a quotation mark', '"'],
    ['a backslash and a line break', '\\\n'],
    ['an emoji', '👋🏽'],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('can be %s', async (_what, id) => {
    const room = await makeGroup(ada, 'Names');
    const socket = await RawSocket.ready(server.url, ada.token);

    socket.send(subscribe(id, room));
    expect(await socket.next()).toMatchObject({ id, type: 'next' });
    await say(ada, room, 'Hello');

    expect(await socket.next()).toMatchObject({ id, type: 'next' });
    socket.close();
  });
});
