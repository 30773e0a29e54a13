import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ExecutionResult, type GraphQLObjectType, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { schema } from '../../src/schema.ts';
import { NotDoneError } from '../../src/storage/failures.ts';
import { MessageAddedDocument } from '../generated/graphql.ts';
import { post } from '../support/http.ts';
import { take } from '../support/person.ts';
import { record } from '../support/recording.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { listen } from '../support/sse.ts';
import { withServerLike } from '../support/with-server.ts';

const { server, ada } = await withServerLike({ expectsFaults: true }, 'Ada');

describe('while a table is missing', () => {
  /** All that a caller may learn of a fault. */
  const internal = {
    message: 'The server has a fault and has logged it. Try again later.',
    extensions: { code: 'INTERNAL', retryable: true },
  };
  const telling = /Membership|SELECT|prisma|relation|does not exist|\.ts\b|node_modules|stack/;

  let roomId: string;
  beforeAll(async () => {
    roomId = await makeGroup(ada, 'Doomed');
    await rename('Membership', 'Elsewhere');
  });
  afterAll(() => rename('Elsewhere', 'Membership'));

  const rename = (table: string, name: string) =>
    server.app.services.prisma.$executeRawUnsafe(`ALTER TABLE "${table}" RENAME TO "${name}"`);

  const operations = {
    query: () => `query { viewer { language memberships { nodes { id } } } }`,
    mutation: () =>
      `mutation { sendMessage(input: { roomId: "${roomId}", text: "Hi" }) { message { id } userErrors { code } } }`,
    subscription: () => `subscription { messageAdded(roomId: "${roomId}") { eventNumber } }`,
  };

  describe.each(Object.entries(operations))('a fault in a %s', (_kind, operation) => {
    test('shows nothing of its cause over HTTP, and logs it', async () => {
      server.logged.length = 0;

      const { status, body } = await post(server.url, { query: operation() }, { authorization: `Bearer ${ada.token}` });

      expect(status).toBe(200);
      expect(body?.errors).toMatchObject([internal]);
      expect(JSON.stringify(body)).not.toMatch(telling);
      expect(server.logged.join()).toMatch(/Membership.*stack|stack.*Membership/s);
    });

    test('shows nothing of its cause over WebSocket, and the connection stays open', async () => {
      const socket = await RawSocket.ready(server.url, ada.token);

      const frame = await socket.ask(operation());
      const text = JSON.stringify(frame);

      expect(text).toContain(JSON.stringify(internal.extensions));
      expect(text).not.toMatch(telling);
      if ('type' in frame && frame.type === 'next') await socket.next(); // complete
      expect(await socket.ask('{ server { version } }', {}, '2')).toMatchObject({ payload: { data: { server: {} } } });
      socket.close();
    });
  });

  test('a fault in a subscription over Server-Sent Events is its last result', async () => {
    const results = listen(ada, MessageAddedDocument, { roomId });

    const { value } = await results.next();

    expect(value).toMatchObject({ errors: [internal] });
    expect(await results.next()).toMatchObject({ done: true });
  });

  test('a token that cannot be checked is a fault, and an anonymous request is answered', async () => {
    await rename('Session', 'Gone');

    const { status, body } = await post(
      server.url,
      { query: '{ viewer { language } }' },
      { authorization: `Bearer ${ada.token}` },
    );

    expect(body).toMatchObject({ errors: [internal] });
    expect(JSON.stringify(body)).not.toMatch(telling);
    expect(status).toBeLessThan(600);
    expect((await post(server.url, { query: '{ server { version } }' })).status).toBe(200);
    await rename('Gone', 'Session');
  });
});

describe('a fault while a client follows', () => {
  interface Batch {
    roomEvents: { cursor: string; positionAfter: number; events: { reactionGroups?: object[] }[] };
  }
  type Results = AsyncIterator<ExecutionResult<Batch>>;

  /** Fields that read the database when the event is shown. */
  const reactions = parse(`subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    cursor positionAfter events { eventNumber ... on ReactionsChangedEvent { reactionGroups { emoji count } } }
  }
}`) as TypedDocumentNode<Batch, { roomId: string; after?: string }>;

  /** How many further look-ups will fail. */
  let faults = 0;
  const { reactionGroups } = (schema.getType('ReactionsChangedEvent') as GraphQLObjectType).getFields();
  const lookUp = reactionGroups!.resolve!;
  reactionGroups!.resolve = (...all) => {
    faults -= 1;
    if (faults < 0) return lookUp(...all);
    throw new Error('the database is away');
  };

  /** How many further counts of pending notifications will fail, as if the database did not answer. */
  let outages = 0;
  const { pendingCount } = (schema.getType('ViewerSnapshot') as GraphQLObjectType).getFields();
  const count = pendingCount!.resolve!;
  pendingCount!.resolve = (...all) => {
    outages -= 1;
    if (outages < 0) return count(...all);
    throw new NotDoneError('the database is away');
  };

  /** Causes an event that is looked up; returns its number. */
  async function react(roomId: string): Promise<number> {
    const { id } = await say(ada, roomId, 'Like me');
    return record(server, roomId, { type: 'REACTIONS_CHANGED', actorId: ada.id, messageId: id });
  }

  const transports: [string, (variables: { roomId: string; after?: string }) => Results][] = [
    ['WebSocket', (variables) => ada.follow(reactions, variables) as Results],
    ['SSE', (variables) => listen(ada, reactions, variables)],
  ];

  test.each(transports)('that ends soon loses no event over %s', async (_transport, follow) => {
    const roomId = await makeGroup(ada, 'Hiccup');
    const results = follow({ roomId });
    await take(results, 1);

    faults = 3;
    const number = await react(roomId);
    const frames: Batch['roomEvents'][] = [];
    while (frames.at(-1)?.positionAfter !== number) frames.push((await take(results, 1))[0]!.roomEvents);

    expect(faults).toBeLessThan(0);
    expect(frames.flatMap(({ events }) => events)).toMatchObject([
      { eventNumber: number - 1 },
      { eventNumber: number, reactionGroups: [] },
    ]);
    await results.return?.();
  });

  test('that lasts ends every subscription with an error, and each can resume', async () => {
    const roomId = await makeGroup(ada, 'Breakdown');
    const all = transports.map(([, follow]) => ({ follow, results: follow({ roomId }), cursor: '' }));
    for (const one of all) one.cursor = (await take(one.results, 1))[0]!.roomEvents.cursor;

    faults = Number.POSITIVE_INFINITY;
    const number = await react(roomId);
    const ends = all.map(async (one) => {
      for (;;) one.cursor = (await take(one.results, 1))[0]!.roomEvents.cursor;
    });
    const reasons = (await Promise.allSettled(ends)).map((end) =>
      JSON.stringify((end as PromiseRejectedResult).reason),
    );
    await server.untilDeserted(roomId);
    faults = 0;
    const resumed = all.map(({ follow, cursor }) => follow({ roomId, after: cursor }));
    const frames = await Promise.all(resumed.map((results) => take(results, 1)));

    for (const reason of reasons) expect(reason).toContain('"code":"INTERNAL","retryable":true');
    for (const [frame] of frames) {
      expect(frame!.roomEvents.events.at(-1)).toMatchObject({ eventNumber: number, reactionGroups: [] });
    }
    for (const results of resumed) await results.return?.();
  });

  test('delays viewerEvents until the database answers again', async () => {
    const document = parse('subscription { viewerEvents { ... on ViewerSnapshot { pendingCount { value } } } }');
    outages = 7;
    const results = ada.follow(document, {});

    expect(await take(results, 1)).toEqual([{ viewerEvents: { pendingCount: { value: 0 } } }]);
    expect(outages).toBeLessThan(0);
    await results.return?.();
  });
});

test('graphql-ws connects again after a fault during the connection, and misses nothing', async () => {
  const room = await makeGroup(ada, 'Faulty');
  const { data } = await ada.tryAsk<{ room: { syncCursor: string } }, object>(`{ room(id: "${room}") { syncCursor } }`);
  await say(ada, room, 'Meanwhile');
  const { ends } = server.app.services.sessions;
  ends.watch = () => {
    Reflect.deleteProperty(ends, 'watch');
    throw new Error('a planted fault');
  };
  const codes: unknown[] = [];
  const client = createClient({
    url: server.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
    retryWait: async () => {},
    on: { closed: (event) => codes.push((event as { code: number }).code) },
  });

  const query = `subscription { messageAdded(roomId: "${room}", after: "${data.room.syncCursor}") { message { text } } }`;
  const { value } = await client.iterate({ query }).next();

  expect(value).toEqual({ data: { messageAdded: { message: { text: 'Meanwhile' } } } });
  expect(codes).toEqual([1013]);
  expect(server.logged.join()).toContain('a planted fault');
  await client.dispose();
});
