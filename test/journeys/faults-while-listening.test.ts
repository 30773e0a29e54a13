import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ExecutionResult, type GraphQLObjectType, parse } from 'graphql';
import { schema } from '../../src/schema.ts';
import { NotDoneError } from '../../src/storage/failures.ts';
import { type Person, people, take } from '../support/person.ts';
import { record } from '../support/recording.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { listen } from '../support/sse.ts';

interface Batch {
  roomEvents: { cursor: string; positionAfter: number; events: { reactionGroups?: object[] }[] };
}
type Results = AsyncIterator<ExecutionResult<Batch>>;

/** What needs another look at the database while it is shown. */
const reactions = parse(`subscription ($roomId: ID!, $after: StreamCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    cursor positionAfter events { eventNumber ... on ReactionsChangedEvent { reactionGroups { emoji count } } }
  }
}`) as TypedDocumentNode<Batch, { roomId: string; after?: string }>;

/** How often it will still be looked up in vain. */
let faults = 0;
const { reactionGroups } = (schema.getType('ReactionsChangedEvent') as GraphQLObjectType).getFields();
const lookUp = reactionGroups!.resolve!;
reactionGroups!.resolve = (...all) => {
  faults -= 1;
  if (faults < 0) return lookUp(...all);
  throw new Error('the database is away');
};

/** How often what is pending will still be counted in vain, as if the database did not answer. */
let outages = 0;
const { pendingCount } = (schema.getType('ViewerSnapshot') as GraphQLObjectType).getFields();
const count = pendingCount!.resolve!;
pendingCount!.resolve = (...all) => {
  outages -= 1;
  if (outages < 0) return count(...all);
  throw new NotDoneError('the database is away');
};

let server: TestServer;
let ada: Person;
beforeAll(async () => {
  server = await startServer({ expectsFaults: true });
  ({ ada } = await people(server.url, 'Ada'));
});
afterAll(async () => {
  await ada.close();
  await server.close();
});

/** An event that is looked up; answers with its number. */
async function react(roomId: string): Promise<number> {
  const { id } = await say(ada, roomId, 'Like me');
  return record(server, roomId, { type: 'REACTIONS_CHANGED', actorId: ada.id, messageId: id });
}

const transports: [string, (variables: { roomId: string; after?: string }) => Results][] = [
  ['WebSocket', (variables) => ada.follow(reactions, variables) as Results],
  ['SSE', (variables) => listen(ada, reactions, variables)],
];

test.each(transports)('a fault that passes loses nobody an event: over %s', async (_transport, follow) => {
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

test('a fault that stays ends every subscription with an error, and each resumes where it was', async () => {
  const roomId = await makeGroup(ada, 'Breakdown');
  const all = transports.map(([, follow]) => ({ follow, results: follow({ roomId }), cursor: '' }));
  for (const one of all) one.cursor = (await take(one.results, 1))[0]!.roomEvents.cursor;

  faults = Number.POSITIVE_INFINITY;
  const number = await react(roomId);
  const ends = all.map(async (one) => {
    for (;;) one.cursor = (await take(one.results, 1))[0]!.roomEvents.cursor;
  });
  const reasons = (await Promise.allSettled(ends)).map((end) => JSON.stringify((end as PromiseRejectedResult).reason));
  await server.untilDeserted(roomId);
  faults = 0;
  const resumed = all.map(({ follow, cursor }) => follow({ roomId, after: cursor }));
  const frames = await Promise.all(resumed.map((results) => take(results, 1)));

  for (const reason of reasons) expect(reason).toContain('"code":"INTERNAL","retryable":true');
  for (const [frame] of frames) {
    expect(frame!.roomEvents.events.at(-1)).toMatchObject({ eventNumber: number, reactionGroups: [] });
  }
  for (const results of resumed) await results.return?.();
}, 30_000);

test('who follows what concerns them hears of it after an outage, however often it could not be shown before', async () => {
  const document = parse('subscription { viewerEvents { ... on ViewerSnapshot { pendingCount { value } } } }');
  outages = 7;
  const results = ada.follow(document, {});

  expect(await take(results, 1)).toEqual([{ viewerEvents: { pendingCount: { value: 0 } } }]);
  expect(outages).toBeLessThan(0);
  await results.return?.();
});
