import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { globalId, newId } from '../../src/base/ids.ts';
import { MessageAddedDocument, type MessageAddedSubscription } from '../generated/graphql.ts';
import { Person, people, take } from '../support/person.ts';
import { join, leave, makeGroup, makeRoom, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';
import { until } from '../support/until.ts';

type Results = AsyncIterator<ExecutionResult<MessageAddedSubscription>>;

let server: TestServer;
let ada: Person;
let grace: Person;
const open: Results[] = [];
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
});
afterEach(async () => {
  for (const results of open.splice(0)) await results.return?.();
});
afterAll(async () => {
  await grace.close();
  await server.close();
});

const transports = {
  WebSocket: (person: Person, roomId: string): Results => person.follow(MessageAddedDocument, { roomId }),
  SSE: (person: Person, roomId: string): Results => listen(person, MessageAddedDocument, { roomId }),
};

describe.each(Object.entries(transports))('over %s', (transport, start) => {
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

  test('Grace hears what Ada writes, in order and once', async () => {
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

  test('and who joins and leaves, in the language of each who listens', async () => {
    const name = `Door (${transport})`;
    const roomId = await makeRoom(ada, { kind: 'CHANNEL', name });
    const { hedy } = await people(server.url, 'Hedy');
    const pedro = await Person.signIn(server.url, 'Pedro', { language: 'pt-BR' });
    const inPortuguese = take(follow(pedro, roomId), 1);

    const messages = await heard(roomId, 2, async () => {
      await join(hedy, roomId);
      await leave(hedy, roomId);
    });

    expect(messages).toMatchObject([
      { text: `Welcome to ${name}, Hedy!`, systemEvent: { type: 'MEMBER_JOINED', subject: { displayName: 'Hedy' } } },
      { text: 'Hedy left.', author: null },
    ]);
    expect((await inPortuguese)[0]?.messageAdded.message.text).toBe(`Boas-vindas a ${name}, Hedy!`);
  });

  test('only what is written in the room that she follows', async () => {
    const roomId = await makeGroup(ada, 'Here', [grace]);
    const elsewhere = await makeGroup(ada, 'Elsewhere', [grace]);

    const messages = await heard(roomId, 1, async () => {
      await say(ada, elsewhere, 'Over there');
      await say(ada, roomId, 'Over here');
    });

    expect(messages).toMatchObject([{ text: 'Over here' }]);
  });

  test("Ada's own reference reaches Ada alone", async () => {
    const roomId = await makeGroup(ada, 'References', [grace]);
    const [hers, others] = [take(follow(ada, roomId), 1), take(follow(grace, roomId), 1)];
    await server.untilFollowed(roomId, 2);

    await say(ada, roomId, 'Mine', { clientMessageId: 'draft-1' });

    expect((await hers)[0]?.messageAdded.message).toMatchObject({ text: 'Mine', clientMessageId: 'draft-1' });
    expect((await others)[0]?.messageAdded.message).toMatchObject({ text: 'Mine', clientMessageId: null });
  });

  test('a foreign private room and a missing one give the same answer', async () => {
    const secret = await makeGroup(ada, 'Secret');
    const missing = globalId('Room', newId());

    const [foreign, absent] = [await follow(grace, secret).next(), await follow(grace, missing).next()];

    expect(foreign.value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' }, path: ['messageAdded'] }] });
    expect(JSON.stringify(absent)).toBe(JSON.stringify(foreign));
  });

  test('an id of something else is refused', async () => {
    const { value } = await follow(grace, ada.id).next();

    expect(value).toMatchObject({ errors: [{ extensions: { code: 'INVALID_INPUT' } }] });
  });
});

test('an event has a number that counts every change, a time, an actor and a cursor', async () => {
  const roomId = await makeRoom(ada, { kind: 'CHANNEL', name: 'Numbers' });
  const results = grace.follow(MessageAddedDocument, { roomId });
  open.push(results);
  const events = take(results, 2);
  await server.untilFollowed(roomId);
  const { radia } = await people(server.url, 'Radia');

  await say(radia, roomId, 'Hello');

  // 1 the room's creation, 2 Ada's membership, 3 Radia's membership, 4 her welcome, 5 her message
  expect((await events).map(({ messageAdded }) => messageAdded.eventNumber)).toEqual([4, 5]);
  expect(new Set((await events).map(({ messageAdded }) => messageAdded.cursor)).size).toBe(2);
});

test('hanging up ends the subscription on the server', async () => {
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

test('a connection that is cut while it subscribes leaves nothing behind', async () => {
  const roomId = await makeGroup(ada, 'Cut', [grace]);
  for (let time = 1; time <= 20; time++) {
    const socket = await RawSocket.ready(server.url, grace.token);
    socket.follow(roomId);
    await server.untilFollowed(roomId);

    socket.close();

    await server.untilDeserted(roomId);
  }
});

test('nor does one that is cut while it signs in', async () => {
  const { eve } = await people(server.url, 'Eve');
  const { ends } = server.app.services.sessions;
  const before = ends.size;
  for (let time = 1; time <= 20; time++) (await RawSocket.open(server.url, { token: eve.token })).close();

  const last = await RawSocket.ready(server.url, eve.token);
  expect(ends.size).toBe(before + 1);
  last.close();

  await until(() => ends.size === before);
});
