import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { pino } from 'pino';
import { type Metrics, openMetrics } from '../../src/base/metrics.ts';
import { masking } from '../../src/execution/masking.ts';
import { newContext } from '../../src/graphql/context.ts';
import type { Batch } from '../../src/live/batch.ts';
import { Ends } from '../../src/live/ends.ts';
import { NotShareable } from '../../src/live/rendering.ts';
import type { Source } from '../../src/live/source.ts';
import type { RoomEvent } from '../../src/log/events/kinds.ts';
import { type EventOperation, EventRenderings } from '../../src/sharing/event-renderings.ts';
import { ValueRenderer } from '../../src/sharing/value-renderer.ts';
import { Faults, type PlantedEvent, planted, plantedSchema } from '../support/planted-fields.ts';
import { servicesWithoutDatabase } from '../support/services.ts';

let offline: Awaited<ReturnType<typeof servicesWithoutDatabase>>;
beforeAll(async () => {
  offline = await servicesWithoutDatabase();
});
afterAll(() => offline.close());

let faults: Faults;
let metrics: Metrics;
let renderings: EventRenderings;
let schema: ReturnType<typeof plantedSchema>;
beforeEach(() => {
  faults = new Faults();
  schema = plantedSchema(faults);
  metrics = openMetrics();
  const mask = masking(pino({ level: 'silent' }));
  renderings = new EventRenderings(new ValueRenderer({ mask, metrics, pausesMs: [1, 1] }));
});

const byAda = planted(1, { author: 'ada' });
const byGrace = planted(2, { author: 'grace', quoted: 'ada' });

function batch(...events: PlantedEvent[]): Batch<RoomEvent> {
  const last = events.at(-1)?.eventNumber ?? 0;
  const place = {
    positionBefore: last - events.length,
    positionAfter: last,
    epoch: 'first',
    at: last,
    revision: 0,
    resetReason: null,
  };
  return { status: 'LIVE', events, ...place };
}

interface Asking {
  language?: string;
  variables?: Record<string, unknown>;
  /** Each event is a result by itself. */
  isEach?: boolean;
  isAdmin?: boolean;
}

/** Returns the rendering for a subscriber who sent `document`. */
function reader(
  userId: string,
  query: string,
  { language = 'en', variables = {}, isEach = false, isAdmin = false }: Asking = {},
) {
  const document = documents.get(query) ?? parse(query);
  documents.set(query, document);
  expect(validate(schema, document)).toEqual([]);
  const viewer = { userId, sessionId: userId, expiresAt: null, isAdmin };
  const context = newContext(offline.services, { viewer, language });
  const each = ({ events, status }: Batch<RoomEvent>) => events.map((event) => ({ status, events: [event] }));
  const values = isEach ? each : (whole: Batch<RoomEvent>) => [whole];
  const authorsOf = ({ events }: { events: PlantedEvent[] }) => events.map(({ author }) => author);
  const source = {
    options: { feed: { topic: 'room', ends: new Ends() }, values, authorsOf },
  } as unknown as Source<RoomEvent>;
  const operation: EventOperation = {
    args: { schema, document, variableValues: variables, contextValue: context },
    context,
    source,
  };
  /** As a member asks for it. */
  async function gets(what: Batch<RoomEvent>): Promise<string[]> {
    const attempt = () => {
      const { rendering } = renderings.of(operation);
      return rendering.render(what, rendering.personalFor(what).has(userId) ? userId : null);
    };
    const payloads = await attempt().catch((error: unknown) => {
      if (error instanceof NotShareable) return attempt();
      throw error;
    });
    return payloads.map(String);
  }
  return { gets, viewer, key: () => renderings.of(operation).key, rendering: () => renderings.of(operation).rendering };
}
const documents = new Map<string, ReturnType<typeof parse>>();
beforeEach(() => documents.clear());

const selecting = (fields: string) => `subscription { log { events { ${fields} } } }`;
const answer = (...events: object[]) => JSON.stringify({ data: { log: { events } } });

async function executions(): Promise<number> {
  return (await metrics.executions.get()).values[0]?.value ?? 0;
}

describe('data that is the same for all', () => {
  const query = selecting('eventNumber');

  test('is executed once for all readers who ask at the same time or a moment later', async () => {
    const readers = ['ada', 'grace', 'hedy'].map((name) => reader(name, query));

    const [first] = await Promise.all(readers.map(({ gets }) => gets(batch(byAda))));
    const again = await readers[2]!.gets(batch(byAda));

    expect([first, again]).toEqual([[answer({ eventNumber: 1 })], [answer({ eventNumber: 1 })]]);
    expect(await executions()).toBe(1);
    expect(new Set(readers.map(({ key }) => key())).size).toBe(1);
  });

  test('is executed for each batch', async () => {
    const { gets } = reader('ada', query);

    expect(await gets(batch(byAda))).not.toEqual(await gets(batch(byGrace)));
  });

  test('is executed again after an event has changed the data of the batch', async () => {
    const { gets } = reader('ada', query);

    await gets(batch(byAda));
    await gets({ ...batch(byAda), revision: 7 });

    expect(await executions()).toBe(2);
  });

  test('is executed for each language', async () => {
    const [english, spanish] = ['en', 'es'].map((language) => reader('ada', selecting('language'), { language }));

    expect(await english!.gets(batch(byAda))).toEqual([answer({ language: 'en' })]);
    expect(await spanish!.gets(batch(byAda))).toEqual([answer({ language: 'es' })]);
  });

  test('is executed for each value of a variable; null, its default and an absent one are three values', async () => {
    const text = 'subscription ($n: Int = 3) { log { events { size(by: $n) } } }';
    const given = [{}, { n: null }, { n: 3 }, { n: 4 }];
    const readers = given.map((variables) => reader('ada', text, { variables }));

    const got = await Promise.all(readers.map(({ gets }) => gets(batch(byAda))));

    expect(got.flat()).toEqual([3, null, 3, 4].map((size) => answer({ size })));
  });
});

describe('data that only an author can see', () => {
  const query = selecting('draft');

  test('reaches the author alone; all others share one execution', async () => {
    const [ada, grace, hedy] = ['ada', 'grace', 'hedy'].map((name) => reader(name, query));
    const what = batch(byAda, planted(2, { author: 'ada' }));

    expect(await ada!.gets(what)).toEqual([answer({ draft: 'draft 1' }, { draft: 'draft 2' })]);
    expect(await grace!.gets(what)).toEqual([answer({ draft: null }, { draft: null })]);
    await hedy!.gets(what);
    expect(await executions()).toBe(2);
    expect(ada!.key()).toBe(hedy!.key());
  });

  test('is executed again only for their own messages', async () => {
    const [ada, grace] = ['ada', 'grace'].map((name) => reader(name, query, { isEach: true }));
    const what = batch(byAda, byGrace, planted(3, { author: 'hedy' }));

    const [hers, others] = [await ada!.gets(what), await grace!.gets(what)];

    expect(hers).toEqual([answer({ draft: 'draft 1' }), answer({ draft: null }), answer({ draft: null })]);
    expect(others).toEqual([answer({ draft: null }), answer({ draft: 'draft 2' }), answer({ draft: null })]);
    expect(await executions()).toBe(3 + 1 + 1);
  });

  test('reaches the author too if another user quotes the message', async () => {
    const [ada, grace, hedy] = ['ada', 'grace', 'hedy'].map((name) => reader(name, selecting('quotedDraft')));

    expect(await hedy!.gets(batch(byGrace))).toEqual([answer({ quotedDraft: null })]);
    expect(await ada!.gets(batch(byGrace))).toEqual([answer({ quotedDraft: 'quoted draft' })]);
    expect(await grace!.gets(batch(byGrace))).toEqual([answer({ quotedDraft: null })]);
  });

  test('reaches the author too if the field does not declare it', async () => {
    const [ada, grace] = ['ada', 'grace'].map((name) => reader(name, selecting('undeclaredDraft')));

    expect(await grace!.gets(batch(byAda))).toEqual([answer({ undeclaredDraft: null })]);
    expect(await ada!.gets(batch(byAda))).toEqual([answer({ undeclaredDraft: 'undeclared draft' })]);
  });
});

describe('data that depends on the viewer', () => {
  test('is executed again for an administrator who is none any more', async () => {
    const ada = reader('ada', selecting('viewer'), { isAdmin: true });
    const before = ada.key();
    await ada.gets(batch(byAda));

    ada.viewer.isAdmin = false;
    await ada.gets(batch(byAda));

    expect(ada.key()).not.toBe(before);
    expect(await executions()).toBe(2);
  });

  test('is executed for each reader, if the field declares it', async () => {
    const [ada, grace] = ['ada', 'grace'].map((name) => reader(name, selecting('viewer')));

    expect(ada!.key()).not.toBe(grace!.key());
    expect(await ada!.gets(batch(byAda))).toEqual([answer({ viewer: 'ada' })]);
    expect(await grace!.gets(batch(byAda))).toEqual([answer({ viewer: 'grace' })]);
    expect(await executions()).toBe(2);
  });

  test.each([
    ['undeclared', 'ada', 'grace'],
    ['undeclaredBoolean', true, false],
    ['undeclaredLater', 'ada', 'grace'],
    ['undeclaredAndCaught', 'ada', 'grace'],
    ['undeclaredAndWrapped', 'ada', 'grace'],
  ])('is found out where the field does not say so, and nothing of it is shared: %s', async (field, adas, graces) => {
    const [ada, grace] = ['ada', 'grace'].map((name) => reader(name, selecting(`eventNumber ${field}`)));
    const shared = ada!.rendering();
    expect(ada!.key()).toBe(grace!.key());

    await expect(shared.render(batch(byAda), null)).rejects.toBeInstanceOf(NotShareable);

    expect(ada!.key()).not.toBe(grace!.key());
    expect(await ada!.gets(batch(byAda))).toEqual([answer({ eventNumber: 1, [field]: adas })]);
    expect(await grace!.gets(batch(byAda))).toEqual([answer({ eventNumber: 1, [field]: graces })]);
    await expect(shared.render(batch(byAda), null)).rejects.toBeInstanceOf(NotShareable);
  });
});

describe('a failure', () => {
  test('for a moment is retried, and no reader notices', async () => {
    faults.left = 2;

    expect(await reader('ada', selecting('faulty')).gets(batch(byAda))).toEqual([answer({ faulty: 'fine' })]);
    expect(faults.resolved).toBe(3);
  });

  test('for good ends in an error that shows nothing of its cause', async () => {
    faults.left = 100;

    const failing = reader('ada', selecting('faulty')).gets(batch(byAda));

    await expect(failing).rejects.toMatchObject({ extensions: { code: 'INTERNAL', retryable: true } });
    await expect(failing).rejects.not.toThrow('database');
  });

  test('in a part is shown as null with an error, and not kept for others', async () => {
    const [ada, grace] = ['ada', 'grace'].map((name) => reader(name, selecting('faultyNullable')));
    faults.left = 3;

    const [got] = await ada!.gets(batch(byAda));

    expect(JSON.parse(got!)).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL' }, path: ['log', 'events', 0, 'faultyNullable'] }],
      data: { log: { events: [{ faultyNullable: null }] } },
    });
    expect(await grace!.gets(batch(byAda))).toEqual([answer({ faultyNullable: 'fine' })]);
  });

  test('caused by the operation is reported immediately', async () => {
    const [got] = await reader('ada', selecting('missing')).gets(batch(byAda));

    expect(JSON.parse(got!)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(await executions()).toBe(1);
  });
});
