import { beforeEach, expect, test } from '@jest/globals';
import type { Batch } from '../../src/live/batch.ts';
import { Source } from '../../src/live/source.ts';
import { accessRevokedFor, type Tea, TeaLog } from '../support/tea.ts';

let log: TeaLog;
let releases: number;
beforeEach(() => {
  log = new TeaLog(3);
  releases = 0;
});

function source({ after = 3, heartbeatMs = 1_000_000 } = {}): Source<Tea, Batch<Tea>> {
  return new Source<Tea, Batch<Tea>>({
    feed: log.feed,
    reader: log.readerAfter(after),
    accessRevokedFor,
    values: (batch) => [batch],
    authorsOf: () => [],
    cursorOf: ({ positionAfter }) => String(positionAfter),
    heartbeatMs,
    onLastResult: () => {},
    release: () => {
      releases += 1;
    },
  });
}

async function next(values: AsyncIterator<Batch<Tea>>) {
  const { value, done } = await values.next();
  return done ? 'done' : { status: value.status, from: value.positionBefore, upTo: value.positionAfter };
}

test('a reader gets past events, then new events, in consecutive batches', async () => {
  const values = source({ after: 1 })[Symbol.asyncIterator]();

  expect(await next(values)).toEqual({ status: 'LIVE', from: 1, upTo: 3 });
  const coming = next(values);
  log.pour(2);
  expect(await coming).toEqual({ status: 'LIVE', from: 3, upTo: 5 });

  expect(releases).toBe(0);
});

test('events that arrive while no reader pulls form one batch, and are not queued', async () => {
  const values = source()[Symbol.asyncIterator]();
  await next(values);

  for (let n = 0; n < 100; n += 1) log.pour();

  expect(await next(values)).toEqual({ status: 'LIVE', from: 3, upTo: 103 });
});

test('a reader without events gets heartbeats', async () => {
  const values = source({ heartbeatMs: 10 })[Symbol.asyncIterator]();
  await next(values);

  expect(await next(values)).toEqual({ status: 'HEARTBEAT', from: 3, upTo: 3 });
  expect(await next(values)).toEqual({ status: 'HEARTBEAT', from: 3, upTo: 3 });
  log.pour();
  expect(await next(values)).toEqual({ status: 'LIVE', from: 3, upTo: 4 });
});

test('a rewound history ends the waiting with RESET', async () => {
  const values = source()[Symbol.asyncIterator]();
  await next(values);
  const coming = next(values);

  log.feed.observe({ epoch: 'second', eventNumber: 3, at: 3 }, 3);

  expect(await coming).toMatchObject({ status: 'RESET' });
  expect(await next(values)).toBe('done');
  expect(releases).toBe(1);
});

test('the end of access is reported immediately, to a waiting reader and to a busy one', async () => {
  const waiting = source();
  const idle = source();
  const [values, idleValues] = [waiting, idle].map((one) => one[Symbol.asyncIterator]());
  await Promise.all([next(values!), next(idleValues!)]);
  const coming = next(values!);

  waiting.end();
  idle.end();
  log.pour();

  expect([await coming, await next(values!)]).toEqual([{ status: 'ENDED', from: 3, upTo: 3 }, 'done']);
  expect([await next(idleValues!), await next(idleValues!)]).toEqual([{ status: 'ENDED', from: 3, upTo: 3 }, 'done']);
  expect(releases).toBe(2);
});

test('an event that ends the access is the last one', async () => {
  const values = source()[Symbol.asyncIterator]();
  await next(values);
  log.pour(2, { ends: 'ada' });
  log.pour(2);

  expect(await next(values)).toMatchObject({ from: 3, upTo: 5 });
  expect(await next(values)).toEqual({ status: 'ENDED', from: 5, upTo: 5 });
  expect(await next(values)).toBe('done');
});

test('returning the iterator ends the waiting and releases everything, once', async () => {
  const values = source()[Symbol.asyncIterator]();
  await next(values);
  const coming = next(values);

  await values.return?.();
  await values.return?.();

  expect(await coming).toBe('done');
  expect(releases).toBe(1);
});

test('returning the iterator before the first pull releases everything', async () => {
  const values = source()[Symbol.asyncIterator]();

  await values.return?.();

  expect(releases).toBe(1);
  expect(await next(values)).toBe('done');
});
