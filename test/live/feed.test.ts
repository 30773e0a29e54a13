import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Feed } from '../../src/live/feed.ts';
import type { Want } from '../../src/live/log.ts';
import { until } from '../support/until.ts';

interface Event {
  eventNumber: number;
  occurredAt: Date;
}

const onError = (error: unknown) => void errors.push(error);
const errors: unknown[] = [];
afterEach(() => {
  expect(errors.splice(0)).toEqual([]);
});

let committed: number;
/** Reads of the log that wait for `answer`, in order. Their results are the events that were committed when they began. */
let readings: { answer(): void; fail(): void }[];
let feed: Feed<Event>;
/** What the log has. */
let answer: (after: number, limit: number) => Event[];
beforeEach(() => {
  answer = (after, limit) => events(after + 1, Math.min(committed, after + limit));
  committed = 0;
  readings = [];
  feed = new Feed<Event>({ topic: 'tea', head: { epoch: 'first', eventNumber: 0, at: 0 }, read, onError });
});
afterEach(() => feed.close());

function read({ after, limit }: Want): Promise<Event[]> {
  const found = answer(after, limit);
  return new Promise((resolve, reject) => {
    readings.push({ answer: () => resolve(found), fail: () => reject(new Error('the log is away')) });
  });
}

function events(first: number, last: number): Event[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    eventNumber: first + index,
    occurredAt: new Date(first + index),
  }));
}

async function nextReading() {
  await until(() => readings.length > 0);
  return readings.shift()!;
}

test('events that arrive twice, late or in reverse are passed on once and in order', () => {
  const passed: number[] = [];
  feed.listen({ advanced: () => passed.push(feed.eventNumber), rewound: () => {} });

  for (const number of [1, 3, 2, 2, 1, 5, 4, 6]) feed.accept(events(number, number));

  expect(passed).toEqual([1, 3, 5, 6]);
  expect(feed.recent(0, 10)).toEqual(events(1, 6));
});

test('an event that the bus lost is read from the log', async () => {
  committed = 1200;
  feed.accept(events(1200, 1200));

  for (let pages = 0; pages < 3; pages += 1) (await nextReading()).answer();

  await until(() => feed.eventNumber === 1200);
  expect(feed.recent(700, 1000)).toEqual(events(701, 1200));
});

test('a repair reads all events committed before its request, and does not rely on a read in progress', async () => {
  void feed.repair();
  const early = await nextReading();
  committed = 1;
  const repaired = feed.repair();

  early.answer();
  (await nextReading()).answer();
  await repaired;

  expect(feed.eventNumber).toBe(1);
});

test('a repair waits until the log answers', async () => {
  committed = 1;
  const repaired = feed.repair();

  (await nextReading()).fail();
  (await nextReading()).answer();
  await repaired;

  expect(feed.eventNumber).toBe(1);
});

test('a closed feed does not query again', async () => {
  const repaired = feed.repair();
  const reading = await nextReading();

  feed.close();
  reading.fail();
  await repaired;

  expect(readings).toEqual([]);
});

test('a history that ends before the delivered events counts as another history', () => {
  feed.accept(events(1, 3));
  const told: string[] = [];
  feed.listen({ advanced: () => told.push('advanced'), rewound: () => told.push('rewound') });

  feed.observe({ epoch: 'first', eventNumber: 3, at: 3 }, 3);
  feed.observe({ epoch: 'second', eventNumber: 2, at: 2 }, 3);

  expect(told).toEqual(['rewound']);
  expect(feed.position).toEqual({ epoch: 'second', eventNumber: 2, at: 2 });
  expect(feed.recent(0, 10)).toBeNull();
});

test('an event that changes earlier ones changes the cached events, but no delivered ones', () => {
  const revised = { eventNumber: 1, occurredAt: new Date(1), isRevised: true };
  const revisionBy = ({ eventNumber }: Event) =>
    eventNumber === 3 ? (earlier: Event) => (earlier.eventNumber === 1 ? revised : earlier) : null;
  const changing = new Feed<Event>({
    topic: 'tea',
    head: { epoch: 'first', eventNumber: 0, at: 0 },
    read,
    revisionBy,
    onError,
  });
  changing.accept(events(1, 2));
  const before = changing.recent(0, 10);

  changing.accept(events(3, 4));

  expect(before).toEqual(events(1, 2));
  expect(changing.recent(0, 10)).toEqual([revised, ...events(2, 4)]);
  expect(changing.revision).toBe(3);
});

test('cached events and early events are limited in bytes too', () => {
  const mebibyte = 1024 * 1024;
  const bytesOf = () => mebibyte / 4;
  const large = new Feed<Event>({
    topic: 'tea',
    head: { epoch: 'first', eventNumber: 0, at: 0 },
    read,
    bytesOf,
    onError,
  });

  large.accept(events(1, 100));
  expect(large.ring.bytes).toBeLessThanOrEqual(4 * mebibyte);
  expect(large.recent(96, 10)).toEqual(events(97, 100));
  expect(large.recent(50, 10)).toBeNull();

  large.accept(events(102, 200)); // 101 is missing: eight of them wait for it
  large.accept(events(101, 101));
  expect(large.eventNumber).toBe(109);
  large.close();
});

describe('a backup that is restored', () => {
  let told: string[];
  let doubts: number;
  let restored: Feed<Event>;
  beforeEach(() => {
    told = [];
    doubts = 0;
    const head = { epoch: 'first', eventNumber: 0, at: 0 };
    restored = new Feed<Event>({ topic: 'tea', head, read, onDoubt: () => void doubts++, onError });
    restored.accept(events(1, 5));
    restored.listen({ advanced: () => told.push('advanced'), rewound: () => told.push('rewound') });
  });
  afterEach(() => restored.close());

  const others = (first: number, last: number) =>
    events(first, last).map((event) => ({ ...event, occurredAt: new Date(1000 + event.eventNumber) }));

  test('is detected by the end of the log, if as many events have been written since as were lost', () => {
    restored.observe({ epoch: 'first', eventNumber: 5, at: 1005 }, 5);

    expect(told).toEqual(['rewound']);
    expect(restored.position).toEqual({ epoch: 'first', eventNumber: 5, at: 1005 });
  });

  test('is not detected by an answer of the log that is older than the feed', () => {
    restored.observe({ epoch: 'first', eventNumber: 4, at: 4 }, 4);

    expect(told).toEqual([]);
  });

  test('is detected by an event with a known number; then nothing is accepted until the end of the log is known', () => {
    restored.accept(others(4, 4));
    restored.accept(others(6, 6));
    expect(doubts).toBe(1);
    expect(told).toEqual([]);

    restored.observe({ epoch: 'first', eventNumber: 6, at: 1006 }, 5);
    expect(told).toEqual([]); // it may be the next event
    restored.observe({ epoch: 'first', eventNumber: 4, at: 1004 }, 5);

    expect(told).toEqual(['rewound']);
  });

  test('is detected by reading the log, if more events have been written since than were lost', async () => {
    answer = (after, limit) => others(after + 1, Math.min(8, after + limit));
    restored.observe({ epoch: 'first', eventNumber: 8, at: 1008 }, 5);
    (await nextReading()).answer();
    await until(() => doubts === 1);
    expect(told).toEqual([]);

    restored.observe({ epoch: 'first', eventNumber: 8, at: 1008 }, 5);

    expect(told).toEqual(['rewound']);
    expect(restored.position).toEqual({ epoch: 'first', eventNumber: 8, at: 1008 });
  });

  test('is not assumed when an event arrives again', () => {
    restored.accept(events(3, 5));

    expect(doubts).toBe(0);
  });
});

test('a listener that throws keeps no other from learning of the progress', () => {
  const error = new Error('a planted fault');
  let advanced = 0;
  feed.listen({
    advanced: () => {
      throw error;
    },
    rewound: () => {},
  });
  feed.listen({ advanced: () => void advanced++, rewound: () => {} });

  feed.accept(events(1, 1));

  expect([advanced, errors.splice(0)]).toEqual([1, [error]]);
});
