import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Bus, LocalBus } from '../../src/bus/bus.ts';
import { Feeds } from '../../src/live/feeds.ts';
import { until } from '../support/until.ts';

interface Event {
  eventNumber: number;
  occurredAt: Date;
}

let committed: Record<string, number>;
let isLogAway: boolean;
let looks: number;
/** The topics of the last comparison. */
let lastTopics: readonly string[];
let reads: { topic: string; after: number; limit: number }[][];
let warnings: number;
let tellOfBus: (isConnected: boolean) => void;
let feeds: Feeds<Event>;
let bus: Bus;
/** What the answer to where logs end waits for. */
let headsGate: () => Promise<void>;
beforeEach(() => {
  committed = { coffee: 0, tea: 0, water: 0 };
  isLogAway = false;
  looks = 0;
  reads = [];
  warnings = 0;
  const local = new LocalBus(() => {});
  headsGate = async () => {};
  bus = {
    publish: (topic, message) => local.publish(topic, message),
    subscribe: (topic, listener) => local.subscribe(topic, listener),
    watch: (listener) => {
      tellOfBus = listener;
    },
    close: () => local.close(),
  };
  feeds = openFeeds();
});
afterEach(() => feeds.close());

/** Opens feeds that do not compare themselves with the log while the bus is connected, unless `compareMs` says so. */
function openFeeds(compareMs = 1_000_000): Feeds<Event> {
  const logger = { warn: () => void warnings++, error: () => {} };
  return new Feeds<Event>({ bus, log: { heads, read }, logger, busTopic: (topic) => topic, compareMs });
}

async function heads(topics: readonly string[]) {
  looks += 1;
  lastTopics = topics;
  if (isLogAway) throw new Error('the log is away');
  const now = { ...committed };
  await headsGate();
  return topics.map((topic) => {
    const last = now[topic];
    return last === undefined ? null : { epoch: 'first', eventNumber: last, at: last };
  });
}

async function read(wants: readonly { topic: string; after: number; limit: number }[]) {
  reads.push([...wants]);
  if (isLogAway) throw new Error('the log is away');
  return wants.map(({ topic, after }) =>
    Array.from({ length: committed[topic]! - after }, (_, index) => ({
      eventNumber: after + index + 1,
      occurredAt: new Date(after + index + 1),
    })),
  );
}

test('a lost publication is found by comparing with the log', async () => {
  feeds.close();
  feeds = openFeeds(20);
  const tea = await feeds.acquire('tea').value;

  committed.tea = 3;
  await until(() => tea?.eventNumber === 3);

  expect(reads).not.toEqual([]);
});

test('a lost publication is found at once when the bus is back', async () => {
  const tea = await feeds.acquire('tea').value;
  const before = looks;
  committed.tea = 4;

  tellOfBus(true);
  await until(() => tea?.eventNumber === 4);

  expect(looks).toBe(before + 1);
});

test('feeds are compared more often while the bus is away, all in one statement', async () => {
  await Promise.all(['coffee', 'tea', 'water'].map((topic) => feeds.acquire(topic).value));
  const before = looks;

  tellOfBus(false);
  await until(() => looks === before + 3);

  expect(lastTopics).toEqual(['coffee', 'tea', 'water']);
});

test('if the log is away, one warning is logged for all feeds, and they are compared again', async () => {
  const opened = await Promise.all(['coffee', 'tea', 'water'].map((topic) => feeds.acquire(topic).value));
  isLogAway = true;

  tellOfBus(false);
  await until(() => warnings > 0);
  await new Promise(setImmediate);
  expect(warnings).toBe(1);
  isLogAway = false;
  committed.water = 1;

  await until(() => opened[2]?.eventNumber === 1);
});

test('a feed that is only watched also finds a lost publication, and immediately when a reader joins', async () => {
  feeds.close();
  feeds = openFeeds(20);
  const watching = feeds.acquire('tea', 'watching');
  const tea = await watching.value;
  committed.tea = 3;
  await feeds.acquire('tea').value;
  watching.release();

  expect(feeds.holders('tea')).toBe(1);
  await until(() => tea?.eventNumber === 3);
});

test('a reader of a feed that opens counts once it misses no more events', async () => {
  let endLookup = () => {};
  const gate = new Promise<void>((resolve) => {
    endLookup = resolve;
  });
  headsGate = () => gate;

  const leases = [feeds.acquire('tea'), feeds.acquire('tea')];
  await until(() => looks > 0);
  expect([feeds.holders('tea'), feeds.readers('tea')]).toEqual([2, 0]);
  endLookup();
  await Promise.all(leases.map(({ value }) => value));

  expect(feeds.readers('tea')).toBe(2);
});

test('readers who want the same events of the log share one read', async () => {
  committed.tea = 10;
  const tea = await feeds.acquire('tea').value;

  const pages = await Promise.all([tea!.read(3), tea!.read(3), tea!.read(5), tea!.read(3)]);

  expect(reads.map((wants) => wants.map(({ after }) => after))).toEqual([[3, 5]]);
  expect(pages.map(([first]) => first?.eventNumber)).toEqual([4, 4, 6, 4]);
});

test('if too many events arrive while a feed opens, they are read from the log', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  headsGate = () => opened;
  const opening = feeds.acquire('tea').value;
  await until(() => looks === 1);

  for (let number = 1; number <= 3000; number += 1) {
    bus.publish('tea', [{ eventNumber: number, occurredAt: new Date(number) }]);
  }
  await new Promise(setImmediate);
  committed.tea = 3000;
  open();
  const tea = await opening;

  await until(() => tea?.eventNumber === 3000);
  expect(reads.length).toBeGreaterThan(0);
});

test('a feed whose log is gone reports another history to its readers', async () => {
  committed.tea = 3;
  const tea = await feeds.acquire('tea').value;
  let rewound = 0;
  tea!.listen({ advanced: () => {}, rewound: () => void rewound++ });

  delete committed.tea;
  tellOfBus(true);
  await until(() => rewound > 0);
  tellOfBus(true);
  await until(() => looks >= 3);

  expect(rewound).toBe(1);
  expect(tea!.eventNumber).toBe(0);
});

test('a feed that fails to open leaves no state, and the next reader opens it', async () => {
  const subscribers: string[] = [];
  const local = new LocalBus(() => {});
  bus.subscribe = async (topic, listener) => {
    const unsubscribe = await local.subscribe(topic, listener);
    subscribers.push(topic);
    return () => {
      subscribers.splice(subscribers.indexOf(topic), 1);
      unsubscribe();
    };
  };
  isLogAway = true;

  await expect(feeds.acquire('tea').value).rejects.toThrow('the log is away');
  expect(await feeds.acquire('nothing').value.catch(() => 'away')).toBe('away');
  expect([feeds.size, subscribers]).toEqual([0, []]);

  isLogAway = false;
  expect(await feeds.acquire('nothing').value).toBeNull();
  expect((await feeds.acquire('tea').value)?.topic).toBe('tea');
  expect([feeds.size, subscribers]).toEqual([1, ['tea']]);
});
