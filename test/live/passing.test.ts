import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { carry, PassingSource } from '../../src/live/passing.ts';
import { Outbox } from '../../src/transport/outbox.ts';
import { sinksOf } from '../../src/transport/sinks.ts';
import { received } from '../support/receiver.ts';
import { until } from '../support/until.ts';

/** A source whose state is the last number that was `said`; each beginning starts with it. */
function numbers({ failures = 0, first = async (values: number[]) => values } = {}) {
  const state = { last: 0, begun: 0, stopped: 0, released: 0, faults: 0 };
  let next: ((value: number) => void) | null = null;
  const source = new PassingSource<number>({
    begin: (listener) => {
      state.begun += 1;
      if (state.begun <= failures) return { first: Promise.reject(new Error('away')), stop: () => {} };
      next = listener;
      const stop = () => {
        state.stopped += 1;
        next = null;
      };
      return { first: first([state.last]), stop };
    },
    roomOf: () => null,
    isFault: (error) => (error as Error).message === 'away',
    onFault: () => {
      state.faults += 1;
    },
    givenUp: () => new Error('away for too long'),
    release: () => {
      state.released += 1;
    },
  });
  const say = (value: number) => {
    state.last = value;
    next?.(value);
  };
  return { source, state, say };
}

test('gives what is so, then what comes, in order', async () => {
  const { source, say } = numbers();

  expect(await source.take()).toEqual([0]);
  const waiting = source.take();
  say(1);
  expect(await waiting).toEqual([1]);
  say(2);
  say(3);
  expect(await source.take()).toEqual([2, 3]);
});

test('what comes while it begins comes after what it begins with', async () => {
  const { source, say } = numbers({
    first: async (values) => {
      say(1);
      return values;
    },
  });

  expect(await source.take()).toEqual([0, 1]);
});

test('a reader who leaves too much waiting starts over with the latest', async () => {
  const { source, state, say } = numbers();
  await source.take();

  for (let number = 1; number <= 5000; number += 1) say(number);

  expect(await source.take()).toEqual([5000]);
  expect(state).toMatchObject({ begun: 2, stopped: 1 });
});

test('a fault at the beginning is tried again; another failure ends it', async () => {
  const { source, state } = numbers({ failures: 1 });
  expect(await source.take()).toEqual([0]);
  expect(state).toMatchObject({ begun: 2, faults: 1 });

  const failing = numbers({ first: () => Promise.reject(new Error('not for you')) });
  await expect(failing.source.take()).rejects.toThrow('not for you');
});

describe('faults that last for a minute end it:', () => {
  let now = Date.now();
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('of its beginning', async () => {
    const { source, state } = numbers({ failures: 9 });
    const taking = source.take();
    await until(() => state.faults === 1);
    now += 60_000;

    await expect(taking).rejects.toThrow('away for too long');
    expect(state).toMatchObject({ begun: 2, faults: 2 });
  });

  test('of what shows its values', async () => {
    const { source, state } = numbers();
    const { sink } = peer();
    const own = () => Promise.reject(new Error('away'));
    const carrying = carry(source, { sink, rendering: { shared: own, own } });
    await until(() => state.faults === 1);
    now += 60_000;

    await expect(carrying).rejects.toThrow('away for too long');
    expect(state).toMatchObject({ begun: 2, faults: 2 });
  });
});

test('ends once, and wakes who waits', async () => {
  const { source, state } = numbers();
  await source.take();
  const waiting = source.take();

  source.end();
  source.end();

  expect(await waiting).toBeNull();
  expect(state).toMatchObject({ stopped: 1, released: 1 });
});

test('is iterated, one by one, until its consumer has enough', async () => {
  const { source, state, say } = numbers();
  const seen: number[] = [];
  for await (const value of source) {
    seen.push(value);
    if (value === 0) for (const later of [1, 2]) say(later);
    if (value === 2) break;
  }

  expect(seen).toEqual([0, 1, 2]);
  expect(state.released).toBe(1);
});

test('a peer that does not read misses what comes, and starts over with the latest when it does', async () => {
  const { source, state, say } = numbers();
  const { sink, written, readOn } = peer();
  const padding = 'x'.repeat(1000);
  const own = async (number: number) => Buffer.from(JSON.stringify({ number, padding }));
  const carrying = carry(source, { sink, rendering: { shared: own, own } });
  await until(() => written.length === 1);

  for (let number = 1; number <= 100; number += 1) {
    say(number);
    await new Promise(setImmediate);
  }
  expect(state).toMatchObject({ begun: 1, stopped: 1 });
  readOn();
  await until(() => state.begun === 2);
  say(101);
  await until(async () => (await numbersIn(written)).at(-1) === 101);

  const seen = await numbersIn(written);
  expect(seen.slice(-2)).toEqual([100, 101]);
  expect(seen.length).toBeLessThan(30);
  source.end();
  await carrying;
});

test('what is not read is not rendered either', async () => {
  const { source, say } = numbers();
  const { sink, written } = peer();
  let rendered = 0;
  const own = async (number: number) => {
    rendered += 1;
    return Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(20_000) }));
  };
  const carrying = carry(source, { sink, rendering: { shared: own, own } });
  await until(() => written.length === 1);

  for (let number = 1; number <= 100; number += 1) {
    say(number);
    await new Promise(setImmediate);
  }

  expect(rendered).toBe(1);
  source.end();
  await Promise.race([carrying, new Promise(setImmediate)]);
});

test('many values are rendered some at a time, as many as the last ones let fit', async () => {
  const { source } = numbers({ first: async () => Array.from({ length: 200 }, (_, index) => index) });
  const { sink, written, readOn } = peer();
  readOn();
  let underWay = 0;
  let most = 0;
  const own = async (number: number) => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(4000) }));
  };

  const carrying = carry(source, { sink, rendering: { shared: own, own } });
  await until(async () => (await numbersIn(written)).length === 200);

  expect(await numbersIn(written)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(most).toBe(4);
  source.end();
  await carrying;
});

test('a peer that reads slowly gets all that it begins with, and not its beginning again and again', async () => {
  const { source, state } = numbers({ first: async () => Array.from({ length: 20 }, (_, index) => index) });
  const { sink, written, readSome } = peer();
  const own = async (number: number) => Buffer.from(JSON.stringify({ number, padding: 'x'.repeat(10_000) }));

  const carrying = carry(source, { sink, rendering: { shared: own, own } });
  await until(async () => {
    readSome();
    return (await numbersIn(written)).length === 20;
  });

  expect(state.begun).toBe(1);
  source.end();
  readSome();
  await carrying;
});

test('values that wait are bounded by their bytes too', async () => {
  let next: (value: object) => void = () => {};
  const begun = { times: 0 };
  const source = new PassingSource<object>({
    begin: (listener) => {
      begun.times += 1;
      next = listener;
      const stop = () => {
        next = () => {};
      };
      return { first: [], stop };
    },
    roomOf: () => null,
    isFault: () => false,
    onFault: () => {},
    givenUp: () => new Error('away for too long'),
    release: () => {},
  });
  const taking = source.take();
  next({});
  await taking;

  for (let count = 0; count < 100; count += 1) next({ text: 'x'.repeat(10_000) });
  expect(begun.times).toBe(1);
  const again = source.take();
  await until(() => begun.times === 2);
  source.end();
  expect(await again).toBeNull();
});

/** A socket whose peer reads nothing until it is told to. */
function peer() {
  const written: Buffer[] = [];
  const held: (() => void)[] = [];
  let isReading = false;
  const tcp = new Writable({
    write: (chunk, _encoding, done) => {
      if (chunk.length > 0) written.push(chunk);
      if (isReading) done();
      else held.push(done);
    },
  });
  const outbox = new Outbox({ extensions: '', readyState: WebSocket.OPEN, _socket: tcp } as never);
  const readSome = () => {
    for (const done of held.splice(0)) done();
  };
  const readOn = () => {
    isReading = true;
    readSome();
  };
  return { sink: sinksOf(outbox, '1').states, written, readOn, readSome };
}

async function numbersIn(written: Buffer[]): Promise<number[]> {
  const messages = (await received(Buffer.concat(written))) as { payload: { number: number } }[];
  return messages.map(({ payload }) => payload.number);
}
