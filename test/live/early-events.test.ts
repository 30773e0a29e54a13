import { expect, test } from '@jest/globals';
import { EarlyEvents } from '../../src/live/early-events.ts';

test('early events are kept in order', () => {
  const early = new EarlyEvents<string>();
  early.add(['milk']);
  early.add(['sugar', 'lemon']);

  expect(early.events).toEqual(['milk', 'sugar', 'lemon']);
});

test.each([
  ['more events than are kept', { maxEvents: 2 }, ['milk', 'sugar', 'lemon']],
  ['more bytes than are kept', { bytesOf: () => 2_000_000 }, ['milk', 'sugar']],
  ['a loss', {}, null],
])('after %s nothing is known any more', (_what, options, events) => {
  const early = new EarlyEvents<string>(options);
  early.add(events);
  early.add(['late']);

  expect(early.events).toBeNull();
});
