import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, type GraphQLObjectType, parse, validate } from 'graphql';
import { pino } from 'pino';
import { innerId } from '../../src/base/ids.ts';
import { openMetrics } from '../../src/base/metrics.ts';
import { masking } from '../../src/execution/masking.ts';
import { type Context, newContext, renewed } from '../../src/graphql/context.ts';
import type { Batch } from '../../src/live/batch.ts';
import type { Feed } from '../../src/live/feed.ts';
import { Reader } from '../../src/live/reader.ts';
import { NotShareable } from '../../src/live/rendering.ts';
import type { Lease } from '../../src/live/shared.ts';
import { Source } from '../../src/live/source.ts';
import { accessRevokedFor } from '../../src/log/access-changes.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { batches } from '../../src/rooms/event-values.ts';
import { schema } from '../../src/schema.ts';
import { EventRenderings } from '../../src/sharing/event-renderings.ts';
import { planOf } from '../../src/sharing/plan.ts';
import { ValueRenderer } from '../../src/sharing/value-renderer.ts';
import { UpdateRoomDocument } from '../generated/graphql.ts';
import { edit, react, remove } from '../support/messages.ts';
import { type Person, people } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { randomSelection } from '../support/random-selection.ts';
import { add, done, leave, makeGroup, say } from '../support/rooms.ts';
import { seeds } from '../support/seeds.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let ada: Person;
let grace: Person;
let edsger: Person;
let batch: Batch<RoomEvent>;
let reader: Reader<RoomEvent>;
let roomId: string;

let lease: Lease<Feed<RoomEvent>>;
beforeAll(async () => {
  server = await startServer();
  ({ ada, grace, edsger } = await people(server.url, 'Ada', 'Grace', 'Edsger'));
  const room = await makeGroup(ada, 'Differential', [grace]);
  roomId = innerId('Room', room);
  const said: Awaited<ReturnType<typeof say>>[] = [];
  for (const author of [ada, grace, ada])
    said.push(await say(author, room, `By ${author.name}`, { clientMessageId: author.name + Math.random() }));
  done(await edit(ada, said[0]!.id, 'By Ada, better'));
  for (const person of [ada, grace]) done(await react(person, said[0]!.id, '👍'));
  done(await react(grace, said[1]!.id, ':tada:'));
  done(await remove(ada, said[2]!.id));
  await ada.ask(UpdateRoomDocument, { input: { roomId: room, topic: 'The same bytes' } });
  await add(ada, room, [edsger]);
  await leave(edsger, room);
  await add(ada, room, [edsger]);

  const { presence, log } = server.app.services;
  const { activity } = presence;
  const { feeds } = log;
  await activity.close(); // when people were last active is written later, and would differ from one execution to the next
  lease = feeds.acquire(roomId);
  const feed = (await lease.value)!;
  reader = new Reader({
    feed,
    after: { epoch: feed.epoch, eventNumber: 0, at: 0 },
    maxBehind: 1000,
    owner: '',
    accessRevokedFor,
    heartbeatMs: 20_000,
    givenUp: () => new Error('gave up'),
  });
  batch = (await reader.next())!;
});
afterAll(async () => {
  lease.release();
  await Promise.all([ada, grace, edsger].map((person) => person.close()));
  await server.close();
});

function contextOf(person: Person, language = 'en'): Context {
  const sessionId = innerId('Session', person.sessionId);
  const viewer = { userId: innerId('User', person.id), sessionId, expiresAt: null, isAdmin: false };
  return newContext(server.app.services, { viewer, language });
}

/** The rendering of an operation as a live reader gets it, and its plan. */
function shared(query: string, context: Context) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const source = new Source<RoomEvent, Batch<RoomEvent>>({
    feed: reader.feed,
    reader,
    accessRevokedFor,
    heartbeatMs: 20_000,
    onLastResult: () => {},
    release: () => {},
    ...batches,
  });
  const renderings = new EventRenderings(
    new ValueRenderer({ mask: masking(pino({ level: 'silent' })), metrics: openMetrics() }),
  );
  const operation = { args: { schema, document, contextValue: context }, context, source: source as Source<RoomEvent> };
  return {
    rendering: renderings.of(operation).rendering,
    plan: planOf(schema, document, null),
    again: () => renderings.of(operation).rendering,
  };
}

async function bytesFor(query: string, context: Context): Promise<string> {
  const { rendering, again } = shared(query, context);
  const owner = context.viewer?.userId ?? '';
  const render = (by: typeof rendering) => by.render(batch, by.personalFor(batch).has(owner) ? owner : null);
  const payloads = await render(rendering).catch((error) => {
    if (!(error instanceof NotShareable)) throw error;
    return render(again());
  });
  return payloads.map(String).join('\n');
}

/** What a server without audiences would answer to this reader. */
async function alone(query: string, context: Context): Promise<string> {
  const result = await execute({ schema, document: parse(query), rootValue: batch, contextValue: renewed(context) });
  const mask = masking(pino({ level: 'silent' }));
  return JSON.stringify(result.errors ? { ...result, errors: result.errors.map((error) => mask(error)) } : result);
}

/** Operations that random ones rarely include: they depend on whether the reader is the author, and on nothing else. */
const authorsOwn = 'events { ... on MessageAddedEvent { message { text clientMessageId } } }';

test('for random operations, shared results equal byte for byte what each of four readers would get alone', async () => {
  const batch = schema.getType('RoomEventBatch') as GraphQLObjectType;
  const but = new Set(['Room.syncCursor']);
  const random = seeds({ few: 25, many: 100 }).map((seed) =>
    randomSelection({ schema, random: new Random(seed), but }, batch, 4),
  );
  const dependences = new Set<string>();
  for (const [index, selection] of [authorsOwn, ...random].entries()) {
    const query = `subscription { roomEvents(roomId: "x") { ${selection} } }`;
    dependences.add(shared(query, contextOf(ada)).plan.dependence);
    const readers = [contextOf(ada), contextOf(grace), contextOf(edsger), contextOf(ada, 'es')];
    for (const context of readers) {
      const expected = { seed: index, query, bytes: await alone(query, context) };
      expect({ seed: index, query, bytes: await bytesFor(query, context) }).toEqual(expected);
    }
  }
  expect(dependences).toEqual(new Set(['none', 'author', 'viewer']));
}, 120_000);

test('a field with an undeclared dependence on the viewer is detected, and not shared', async () => {
  const field = (schema.getType('Message') as GraphQLObjectType).getFields().sequence!;
  const declared = field.resolve;
  field.resolve = (_message, _args, context: Context) => (context.viewer?.userId === innerId('User', ada.id) ? 1 : 2);
  try {
    const query =
      'subscription { roomEvents(roomId: "x") { events { ... on MessageAddedEvent { message { sequence } } } } }';
    const { rendering, plan } = shared(query, contextOf(ada));

    await expect(rendering.render(batch, null)).rejects.toBeInstanceOf(NotShareable);
    expect(plan.dependence).toBe('viewer');
    expect(await bytesFor(query, contextOf(ada))).toContain('"sequence":1');
    expect(await bytesFor(query, contextOf(grace))).toContain('"sequence":2');
  } finally {
    field.resolve = declared;
  }
});

test('one execution serves all readers with equal subscriptions, whatever their cursors', async () => {
  const first = parse('subscription ($after: StreamCursor) { roomEvents(roomId: "x", after: $after) { status } }');
  const second = parse('subscription { roomEvents(roomId: "x",   after: "abc") { status } }');

  expect(planOf(schema, first, null).digest).toBe(planOf(schema, second, null).digest);
  expect(planOf(schema, first, null).variables).toEqual([]);
  expect(planOf(schema, parse('subscription { roomEvents(roomId: "x") { s: status } }'), null).digest).not.toBe(
    planOf(schema, first, null).digest,
  );
});
