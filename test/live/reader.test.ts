import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Batch } from '../../src/live/batch.ts';
import { batchEvents } from '../../src/live/limits.ts';
import type { Reader } from '../../src/live/reader.ts';
import { type Tea, TeaLog, teas } from '../support/tea.ts';
import { until } from '../support/until.ts';

const numbersOf = (batches: readonly Batch<Tea>[]) =>
  batches.flatMap(({ events }) => events.map(({ eventNumber }) => eventNumber));
const upTo = (last: number) => teas(1, last).map(({ eventNumber }) => eventNumber);

/** All batches up to the end of the feed, or of the reading. */
async function batches(reader: Reader<Tea>): Promise<Batch<Tea>[]> {
  const taken: Batch<Tea>[] = [];
  while (!reader.isOver) {
    const batch = await reader.next();
    if (!batch) break;
    taken.push(batch);
  }
  return taken;
}

/** Expects that the batches are consecutive from `start`, and that their events match their positions. */
function expectContiguous(taken: readonly Batch<Tea>[], start: number): void {
  let position = start;
  for (const { positionBefore, positionAfter, events } of taken) {
    expect(positionBefore).toBe(position);
    expect(events).toMatchObject(teas(position + 1, positionAfter));
    position = positionAfter;
  }
}

test('the first batch arrives at once, even without events; then there is none', async () => {
  const reader = new TeaLog(7).reader();

  expect(await reader.next()).toEqual({
    status: 'LIVE',
    events: [],
    positionBefore: 7,
    positionAfter: 7,
    epoch: 'first',
    at: 7,
    revision: 0,
    resetReason: null,
  });
  expect(await reader.next()).toBeNull();
  expect(await reader.next()).toBeNull();
});

test('each later read returns one batch', async () => {
  const log = new TeaLog(7);
  const reader = log.reader();
  await reader.next();

  log.pour();
  expect(await reader.next()).toMatchObject({
    status: 'LIVE',
    events: teas(8, 8),
    positionBefore: 7,
    positionAfter: 8,
  });
  log.pour(2);
  expect(await reader.next()).toMatchObject({ status: 'LIVE', events: teas(9, 10), positionAfter: 10 });

  expect(await reader.next()).toBeNull();
});

test('the past is replayed in batches of a limited size, the last of which is live', async () => {
  const log = new TeaLog(1200);

  const taken = await batches(log.readerAfter(0));

  expectContiguous(taken, 0);
  expect(numbersOf(taken)).toEqual(upTo(1200));
  expect(taken.map(({ status }) => status)).toEqual([...Array(taken.length - 1).fill('REPLAYING'), 'LIVE']);
  expect(Math.max(...taken.map(({ events }) => events.length))).toBe(batchEvents);
});

test('cached events are not read from the log', async () => {
  const log = new TeaLog();
  log.pour(300);

  expect(numbersOf(await batches(log.readerAfter(50)))).toEqual(upTo(300).slice(50));

  expect(log.reads).toEqual([]);
});

test('events during a replay are delivered after it, once', async () => {
  const log = new TeaLog(300);
  const reader = log.readerAfter(0);
  const taken = [await reader.next()] as Batch<Tea>[];

  const second = reader.next();
  log.pour(100);
  taken.push((await second)!, ...(await batches(reader)));

  expectContiguous(taken, 0);
  expect(numbersOf(taken)).toEqual(upTo(400));
});

test('if the log has more events than the feed, the feed catches up with the reader', async () => {
  const log = new TeaLog(10);
  log.commit(5);

  const taken = await batches(log.readerAfter(0));

  expectContiguous(taken, 0);
  expect(numbersOf(taken)).toEqual(upTo(15));
  expect(log.feed.eventNumber).toBe(15);
});

describe('while the log does not answer', () => {
  let log: TeaLog;
  beforeEach(() => {
    log = new TeaLog(10);
    log.isAway = true;
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('the first batch of a replay arrives at once with the position of the reader, and the replay continues from there', async () => {
    const reader = log.readerAfter(4);

    const first = await reader.next();
    expect(first).toMatchObject({ status: 'HEARTBEAT', events: [], positionBefore: 4, positionAfter: 4, at: 4 });
    expect(await reader.next()).toBeNull();
    expect(reader.isAtEnd).toBe(false);
    log.isAway = false;

    expect(await reader.next()).toMatchObject({ status: 'LIVE', events: teas(5, 10), positionBefore: 4 });
  });

  test('a reader gets heartbeats as often as promised', async () => {
    const reader = log.readerAfter(4, { heartbeatMs: 1000 });
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const statuses: (string | undefined)[] = [];
    for (const ms of [0, 999, 1000, 1500, 2000]) {
      now.mockReturnValue(ms);
      statuses.push((await reader.next())?.status);
    }

    expect(statuses).toEqual(['HEARTBEAT', undefined, 'HEARTBEAT', undefined, 'HEARTBEAT']);
  });

  test('a reader ends with an error after a minute, and not before, however often it fails', async () => {
    const reader = log.readerAfter(4);
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    await reader.next();
    log.isAway = false;
    log.commit(200);
    await log.feed.repair();
    await reader.next();
    log.isAway = true;

    now.mockReturnValue(100_000);
    log.feed.ring.drop();
    expect(await reader.next()).toBeNull();
    now.mockReturnValue(159_999);
    expect(await reader.next()).toBeNull();
    now.mockReturnValue(160_000);
    await expect(reader.next()).rejects.toThrow('no tea');
  });

  test('the log is not asked all the time', async () => {
    const reader = log.readerAfter(4);
    await reader.next();
    let isRested = false;
    const resting = reader.rest().then(() => {
      isRested = true;
    });

    await new Promise(setImmediate);
    expect(isRested).toBe(false);
    await resting;
  });

  test('a reader from a node that is ahead gets a heartbeat at its position, and continues there', async () => {
    log.commit(2);
    const reader = log.readerAfter(12);

    expect(await reader.next()).toMatchObject({ status: 'HEARTBEAT', positionAfter: 12 });
    log.isAway = false;
    await log.feed.repair();
    log.pour();

    expect(await reader.next()).toMatchObject({ status: 'LIVE', events: teas(13, 13), positionBefore: 12 });
  });
});

describe('while each answer of the log comes later than readers wait', () => {
  test('a replay continues with every answer, and the log is asked once for each', async () => {
    const log = new TeaLog(300, 1);
    const reader = log.readerAfter(0);
    const taken: Batch<Tea>[] = [];
    while (reader.eventNumber < 300) {
      const answer = log.hold();
      const early = await reader.next();
      expect(early?.events ?? []).toEqual([]); // a heartbeat, or nothing
      await answer();
      taken.push((await reader.next())!);
    }

    expectContiguous(taken, 0);
    expect(numbersOf(taken)).toEqual(upTo(300));
    expect(log.reads).toHaveLength(taken.length);
  });

  test('another reader with the same request gets the same result', async () => {
    const log = new TeaLog(10, 1);
    const answer = log.hold();
    const [one, other] = [log.readerAfter(4), log.readerAfter(4)];
    expect([(await one.next())?.status, (await other.next())?.status]).toEqual(['HEARTBEAT', 'HEARTBEAT']);

    await answer();

    expect(numbersOf([(await one.next())!, (await other.next())!])).toEqual([5, 6, 7, 8, 9, 10, 5, 6, 7, 8, 9, 10]);
    expect(log.reads).toHaveLength(1);
  });

  test('changes after the read of the log are not in the result, and the batch shows this', async () => {
    const log = new TeaLog(10, 1);
    const answer = log.hold();
    const reader = log.readerAfter(4);
    await reader.next();
    log.pour(1, { revises: true });

    await answer();

    expect(log.feed.revision).toBe(11);
    expect((await reader.next())?.revision).toBe(0);
  });

  test('a reader from a node that is ahead does not wait, and continues when the feed has caught up', async () => {
    const log = new TeaLog(10, 1);
    log.commit(2);
    const answer = log.hold();
    const reader = log.readerAfter(12);
    expect(await reader.next()).toMatchObject({ status: 'HEARTBEAT', positionAfter: 12 });

    await answer();
    await log.feed.repair();
    log.pour();

    expect(await reader.next()).toMatchObject({ status: 'LIVE', events: teas(13, 13) });
  });
});

test('if the log ends before its feed, a reader gets no empty batches, and starts over once the feed knows', async () => {
  const log = new TeaLog(1000);
  const reader = log.readerAfter(0);
  await reader.next();
  const { eventNumber } = reader;
  log.lose(eventNumber);

  expect(await reader.next()).toBeNull();
  let isRested = false;
  const resting = reader.rest().then(() => {
    isRested = true;
  });
  await until(() => log.doubts === 1);
  expect(isRested).toBe(false);
  log.feed.observe({ epoch: 'first', eventNumber, at: eventNumber }, 1000);
  await resting;

  expect(await batches(reader)).toMatchObject([{ status: 'RESET', resetReason: 'CURSOR_UNKNOWN' }]);
});

test('a reader who returns to such a log gets its position at once', async () => {
  const log = new TeaLog(10);
  log.lose(4);

  expect(await log.readerAfter(4).next()).toMatchObject({ status: 'HEARTBEAT', positionBefore: 4, positionAfter: 4 });
});

test('a reader from a node that is ahead continues once this node has caught up', async () => {
  const log = new TeaLog(10);
  log.commit(2);

  expect(await log.readerAfter(12).next()).toMatchObject({ status: 'LIVE', events: [], positionAfter: 12 });
});

test.each([
  ['a cursor of the future', { epoch: 'first', eventNumber: 11, at: 11 }, 'CURSOR_UNKNOWN'],
  ['a cursor of another history', { epoch: 'second', eventNumber: 3, at: 3 }, 'CURSOR_UNKNOWN'],
  ['a cursor of another history, at the same place', { epoch: 'second', eventNumber: 10, at: 10 }, 'CURSOR_UNKNOWN'],
  ['a cursor whose event happened at another time', { epoch: 'first', eventNumber: 7, at: 8 }, 'CURSOR_UNKNOWN'],
  ['such a cursor at the end of the log', { epoch: 'first', eventNumber: 10, at: 11 }, 'CURSOR_UNKNOWN'],
  ['a cursor that does not say when', { epoch: 'first', eventNumber: 7, at: null }, 'CURSOR_UNKNOWN'],
  ['a cursor too far back', { epoch: 'first', eventNumber: 4, at: 4 }, 'GAP_TOO_LARGE'],
])('%s gets RESET and no events', async (_what, after, resetReason) => {
  const reader = new TeaLog(10).reader({ after, maxBehind: 5 });

  expect(await batches(reader)).toEqual([
    {
      status: 'RESET',
      resetReason,
      events: [],
      positionBefore: after.eventNumber,
      positionAfter: 10,
      epoch: 'first',
      at: 10,
      revision: 0,
    },
  ]);
});

test('a cursor just near enough is replayed', async () => {
  expect(numbersOf(await batches(new TeaLog(10).readerAfter(5, { maxBehind: 5 })))).toEqual([6, 7, 8, 9, 10]);
});

test('a live reader gets RESET when the history is rewound', async () => {
  const log = new TeaLog(10);
  const reader = log.reader();
  await reader.next();

  log.feed.observe({ epoch: 'second', eventNumber: 10, at: 10 }, 10);

  expect(await batches(reader)).toMatchObject([{ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', epoch: 'second' }]);
});

test('a reader whose access ends gets the event that ends it, then that it has ended, and nothing after', async () => {
  const log = new TeaLog();
  const reader = log.reader();
  await reader.next();

  log.pour(3, { ends: 'ada' });
  log.pour(3);
  const taken = await batches(reader);

  expectContiguous(taken, 0);
  expect(numbersOf(taken)).toEqual([1, 2, 3]);
  expect(taken.at(-1)).toMatchObject({ status: 'ENDED', events: [], positionBefore: 3, positionAfter: 3 });
  expect(taken.map(({ status }) => status)).not.toContain('LIVE'); // more was there, if not for this reader
});

test('also in a replay of many batches', async () => {
  const log = new TeaLog();
  log.pour(400, { ends: 'ada' });
  log.pour(400);

  const taken = await batches(log.readerAfter(0));

  expectContiguous(taken, 0);
  expect(numbersOf(taken)).toEqual(upTo(400));
  expect(taken.at(-1)).toMatchObject({ status: 'ENDED', positionAfter: 400 });
});

test("the end of another's access ends nothing", async () => {
  const log = new TeaLog();
  log.pour(3, { ends: 'grace' });
  log.pour(3);

  expect(numbersOf(await batches(log.readerAfter(0)))).toEqual(upTo(6));
});

test('a cursor whose event the feed remembers is compared without reading the log', async () => {
  const log = new TeaLog();
  log.pour(10);

  expect(await log.reader({ after: { epoch: 'first', eventNumber: 7, at: 8 } }).next()).toMatchObject({
    status: 'RESET',
    resetReason: 'CURSOR_UNKNOWN',
  });
  expect(numbersOf(await batches(log.readerAfter(7)))).toEqual([8, 9, 10]);
  expect(log.reads).toEqual([]);
});

test('nor is one just before the cached events', async () => {
  const log = new TeaLog(7);
  log.pour(3);

  expect(numbersOf(await batches(log.readerAfter(7)))).toEqual([8, 9, 10]);
  expect(log.reads).toEqual([]);
});

test('a replaying reader gets RESET too when the history is rewound, because its access is unknown', async () => {
  const log = new TeaLog(1000);
  const reader = log.readerAfter(0);
  await reader.next();

  log.feed.observe({ epoch: 'first', eventNumber: 900, at: 900 }, 1000);

  expect(await batches(reader)).toMatchObject([{ status: 'RESET', resetReason: 'CURSOR_UNKNOWN', positionAfter: 900 }]);
});
