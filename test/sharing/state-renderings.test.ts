import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { pino } from 'pino';
import { type Metrics, openMetrics } from '../../src/base/metrics.ts';
import { masking } from '../../src/execution/masking.ts';
import { newContext } from '../../src/graphql/context.ts';
import { StateRenderings } from '../../src/sharing/state-renderings.ts';
import { ValueRenderer } from '../../src/sharing/value-renderer.ts';
import { Faults, plantedSchema } from '../support/planted-fields.ts';
import { servicesWithoutDatabase } from '../support/services.ts';

let offline: Awaited<ReturnType<typeof servicesWithoutDatabase>>;
beforeAll(async () => {
  offline = await servicesWithoutDatabase();
});
afterAll(() => offline.close());

const faults = new Faults();
const schema = plantedSchema(faults);
let metrics: Metrics;
let renderings: StateRenderings;
beforeEach(() => {
  metrics = openMetrics();
  const mask = masking(pino({ level: 'silent' }));
  renderings = new StateRenderings(new ValueRenderer({ mask, metrics, pausesMs: [] }));
});

const value = () => ({ type: 'TEA', events: [{ eventNumber: 1, author: 'ada' }] });
const documents = new Map(
  ['eventNumber', 'undeclared', 'faultyNullable'].map((field) => [
    field,
    parse(`subscription { log { events { ${field} } } }`),
  ]),
);

/** What renders a field for a user. */
function renderingFor(userId: string, field: string) {
  const context = newContext(offline.services, {
    viewer: { userId, sessionId: userId, expiresAt: null, isAdmin: false },
    language: 'en',
  });
  const args = { schema, document: documents.get(field)!, contextValue: context };
  return renderings.of({ args, context, topicOf: () => 'room' });
}

async function executions(): Promise<number> {
  return (await metrics.executions.get()).values[0]?.value ?? 0;
}

test('a value is rendered once for all who ask the same', async () => {
  const [ada, grace] = ['ada', 'grace'].map((userId) => renderingFor(userId, 'eventNumber'));
  const tea = value();

  const [one, other] = [await ada!.shared(tea), await grace!.shared(tea)];

  expect(String(one)).toBe('{"data":{"log":{"events":[{"eventNumber":1}]}}}');
  expect(other).toBe(one);
  expect(await executions()).toBe(1);
});

test('another value of the same content is rendered by itself', async () => {
  const ada = renderingFor('ada', 'eventNumber');

  expect(await ada.shared(value())).not.toBe(await ada.shared(value()));
});

test('a value that depends on the viewer is not shared, nor are later ones of its type', async () => {
  const ada = renderingFor('ada', 'undeclared');
  expect(await ada.shared(value())).toBeNull();
  const before = await executions();

  expect(await ada.shared(value())).toBeNull();
  expect(await executions()).toBe(before);
  expect(String(await ada.own(value()))).toContain('"undeclared":"ada"');
});

test('a result with errors is not kept for others', async () => {
  const [ada, grace] = ['ada', 'grace'].map((userId) => renderingFor(userId, 'faultyNullable'));
  const tea = value();
  faults.left = 1;

  expect(String(await ada!.shared(tea))).toContain('"errors"');
  expect(String(await grace!.shared(tea))).toBe('{"data":{"log":{"events":[{"faultyNullable":"fine"}]}}}');
});
