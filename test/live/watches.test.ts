import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { LocalBus } from '../../src/bus/bus.ts';
import { Feeds } from '../../src/live/feeds.ts';
import { Watches } from '../../src/live/watches.ts';
import { until } from '../support/until.ts';

interface TestEvent {
  eventNumber: number;
  occurredAt: Date;
}

/** How many events the log of `tea` has; there is no other log. */
let committed: number;
let isLogAway: boolean;
let epoch: string;
let bus: LocalBus;
let feeds: Feeds<TestEvent>;
let watches: Watches<TestEvent>;
let errors: unknown[];
beforeEach(() => {
  [committed, isLogAway, epoch, errors] = [3, false, 'first', []];
  bus = new LocalBus(() => {});
  const log = { heads, read };
  const logger = pino({ level: 'silent' });
  feeds = new Feeds<TestEvent>({ bus, log, logger, busTopic: (topic) => topic, compareMs: 20 });
  watches = new Watches(feeds, (error) => errors.push(error));
});
afterEach(() => feeds.close());

async function heads(topics: readonly string[]) {
  if (isLogAway) throw new Error('the log is away');
  return topics.map((topic) => (topic === 'tea' ? { epoch, eventNumber: committed, at: committed } : null));
}

async function read(wants: readonly { after: number }[]) {
  return wants.map(({ after }) => Array.from({ length: committed - after }, (_, index) => event(after + index + 1)));
}

const event = (eventNumber: number): TestEvent => ({ eventNumber, occurredAt: new Date(eventNumber) });

/** Commits the next event, and publishes it. */
async function commit(): Promise<void> {
  committed += 1;
  bus.publish('tea', [event(committed)]);
  await new Promise((resolve) => setImmediate(resolve));
}

/** A watcher that keeps the numbers that it receives. */
function watcher() {
  const received: (number | null)[] = [];
  const watch = (events: readonly TestEvent[] | null) => {
    received.push(...(events?.map(({ eventNumber }) => eventNumber) ?? [null]));
  };
  return { received, watch };
}

test('all watchers of a topic receive each event that is committed from then on', async () => {
  const [ada, grace] = [watcher(), watcher()];
  await watches.watch('tea', ada.watch);
  await commit();
  await watches.watch('tea', grace.watch);
  await commit();

  expect([ada.received, grace.received]).toEqual([[4, 5], [5]]);
  expect(feeds.holders('tea')).toBe(1);
});

test('a watcher that has stopped receives nothing, and the last one releases the feed', async () => {
  const [ada, grace] = [watcher(), watcher()];
  const stops = [await watches.watch('tea', ada.watch), await watches.watch('tea', grace.watch)];

  stops[0]?.();
  stops[0]?.();
  await commit();
  expect([ada.received, grace.received, feeds.holders('tea')]).toEqual([[], [4], 1]);
  stops[1]?.();

  expect(feeds.holders('tea')).toBe(0);
});

test('a topic without a log cannot be watched', async () => {
  expect(await watches.watch('coffee', () => {})).toBeNull();
  expect(feeds.holders('coffee')).toBe(0);
});

test('while the log is away, each call of watch fails, and a later one opens the feed again', async () => {
  isLogAway = true;
  const failing = [watches.watch('tea', () => {}), watches.watch('tea', () => {})];
  for (const each of failing) await expect(each).rejects.toThrow('the log is away');
  expect(feeds.holders('tea')).toBe(0);

  isLogAway = false;
  const ada = watcher();
  await watches.watch('tea', ada.watch);
  await commit();

  expect(ada.received).toEqual([4]);
});

test('a log whose history was replaced is announced as a gap', async () => {
  const ada = watcher();
  await watches.watch('tea', ada.watch);

  [epoch, committed] = ['second', 1];
  bus.publish('tea', [{ ...event(2), occurredAt: new Date(99) }]);
  await until(() => ada.received.length > 0);

  expect(ada.received).toEqual([null]);
});

test('the events of a watched topic since one of them can be read', async () => {
  await watches.watch('tea', () => {});
  await commit();

  const events = await watches.since('tea', 1);

  expect(events.map(({ eventNumber }) => eventNumber)).toEqual([2, 3, 4]);
  expect(await watches.since('coffee', 0)).toEqual([]);
});

test('a watcher that throws keeps no other from its events', async () => {
  const error = new Error('a planted fault');
  await watches.watch('tea', () => {
    throw error;
  });
  const grace = watcher();
  await watches.watch('tea', grace.watch);

  await commit();

  expect([grace.received, errors]).toEqual([[4], [error]]);
});
