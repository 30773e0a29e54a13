import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { coalesce, coalesceDistinct } from '../../src/base/coalesce.ts';

interface Load {
  keys: number[];
  answer(): void;
  fail(error: Error): void;
}

/** Loads that wait for the test to answer them; the value of a key is ten times the key. */
let loads: Load[];
let load: (keys: number[]) => Promise<number[]>;
beforeEach(() => {
  const ofThisTest: Load[] = [];
  loads = ofThisTest;
  load = (keys) =>
    new Promise((resolve, reject) => {
      ofThisTest.push({ keys, answer: () => resolve(keys.map((key) => key * 10)), fail: reject });
    });
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const each of loads) each.answer();
});

/** Returns the keys of each load so far. */
async function asked(): Promise<number[][]> {
  await new Promise(setImmediate);
  return loads.map(({ keys }) => keys);
}

/** Returns the same after `count` loads. */
async function askedFor(count: number): Promise<number[][]> {
  for (;;) {
    const keys = await asked();
    if (keys.length >= count) return keys;
  }
}

test('calls of one tick go into one load, and each gets its own value', async () => {
  const ask = coalesce(load);
  const answers = [1, 2, 3].map(ask);

  expect(await asked()).toEqual([[1, 2, 3]]);
  loads[0]?.answer();

  expect(await Promise.all(answers)).toEqual([10, 20, 30]);
});

test('a single call is loaded at once', async () => {
  const ask = coalesce(load);
  const answer = ask(1);

  expect(await asked()).toEqual([[1]]);
  loads[0]?.answer();

  expect(await answer).toBe(10);
});

test('calls during a load go into the next one, and so do calls directly afterwards', async () => {
  const ask = coalesce(load);
  const first = ask(1);
  await asked();
  const others = [2, 3].map(ask);
  expect(await asked()).toEqual([[1]]);

  loads[0]?.answer();
  expect(await first).toBe(10);
  others.push(ask(4));
  expect(await askedFor(2)).toEqual([[1], [2, 3, 4]]);
  loads[1]?.answer();

  expect(await Promise.all(others)).toEqual([20, 30, 40]);
});

test('a few calls during a load are loaded without waiting for a timer', async () => {
  // For the loader, no time passes: it would wait for any timer in full.
  jest.spyOn(performance, 'now').mockReturnValue(0);
  const ask = coalesce(load);
  void ask(1);
  await asked();
  void ask(2);
  loads[0]?.answer();

  for (let turn = 0; turn < 3; turn += 1) await asked();

  expect(await asked()).toEqual([[1], [2]]);
});

test('while each turn of the event loop brings further calls, they go into the same load', async () => {
  jest.spyOn(performance, 'now').mockReturnValue(0);
  const ask = coalesce(load);
  void ask(0);
  await asked();
  void ask(1);
  loads[0]?.answer();

  for (const key of [2, 3, 4, 5]) {
    void ask(key);
    await asked();
  }

  expect(await askedFor(2)).toEqual([[0], [1, 2, 3, 4, 5]]);
});

test.each([
  ['the same load if the event loop was never idle', 0, [[0], [1, 2]]],
  ['loads of their own if it was idle', 1, [[0], [1], [2]]],
])('calls between turns with other work go into %s', async (_what, idle, expected) => {
  let [now, idleMs] = [0, 0];
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  jest.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => {
    idleMs += idle;
    return { idle: idleMs, active: 0, utilization: 0 };
  });
  const ask = coalesce(load);
  void ask(0);
  await asked();
  void ask(1);
  loads[0]?.answer();

  for (const key of [null, null, 2, null]) {
    if (key !== null) void ask(key);
    setImmediate(() => (now += 1)); // other work of this turn
    await asked();
  }

  for (const each of loads) each.answer();
  expect(await askedFor(expected.length)).toEqual(expected);
});

test('calls with equal keys count as further calls', async () => {
  jest.spyOn(performance, 'now').mockReturnValue(0);
  const ask = coalesceDistinct(load);
  void ask(0);
  await asked();
  void ask(1);
  loads[0]?.answer();

  for (const key of [1, 1, 1, 2]) {
    void ask(key);
    await asked();
  }

  expect(await askedFor(2)).toEqual([[0], [1, 2]]);
});

test('calls that keep arriving do not delay a load for longer than ten milliseconds', async () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const ask = coalesce(load);
  void ask(0);
  await asked();
  void ask(1);
  loads[0]?.answer();

  for (let key = 2; loads.length < 2; key += 1) {
    now += 3;
    void ask(key);
    await asked();
  }

  expect(now).toBeLessThan(20);
});

test('two calls with the same key get one value each', async () => {
  const ask = coalesce(load);
  const answers = [ask(7), ask(7)];
  await asked();
  loads[0]?.answer();

  expect(await Promise.all(answers)).toEqual([70, 70]);
});

test('no load takes more keys than its maximum', async () => {
  const ask = coalesce(load, 2);
  const answers = [1, 2, 3, 4, 5].map(ask);
  for (const [index, size] of [2, 2, 1].entries()) {
    expect((await askedFor(index + 1)).at(-1)).toHaveLength(size);
    loads.at(-1)?.answer();
  }

  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
});

test('the keys of a load weigh at most its maximum together, or are a single key', async () => {
  const ask = coalesce(load, 5, (key: number) => key);
  const answers = [2, 3, 1, 9, 4].map((key) => ask(key));
  for (const [index, keys] of [[2, 3], [1], [9], [4]].entries()) {
    expect((await askedFor(index + 1)).at(-1)).toEqual(keys);
    loads.at(-1)?.answer();
  }

  expect(await Promise.all(answers)).toEqual([20, 30, 10, 90, 40]);
});

test('equal keys are loaded once, but again for calls after the load has started', async () => {
  const ask = coalesceDistinct(load, 2);
  const answers = [7, 7, 8, 7].map((key) => ask(key));
  expect((await askedFor(1)).at(-1)).toEqual([7, 8]);
  answers.push(ask(7), ask(7));
  loads[0]?.answer();
  expect((await askedFor(2)).at(-1)).toEqual([7]);
  loads[1]?.answer();

  expect(await Promise.all(answers)).toEqual([70, 70, 80, 70, 70, 70]);
});

test('if a load fails, all its calls fail, and no others', async () => {
  const ask = coalesce(load);
  const failing = [1, 2].map((key) => ask(key).catch((error: Error) => error.message));
  await asked();
  const next = ask(3);

  loads[0]?.fail(new Error('the log is unavailable'));
  expect(await Promise.all(failing)).toEqual(['the log is unavailable', 'the log is unavailable']);
  await askedFor(2);
  loads[1]?.answer();

  expect(await next).toBe(30);
});

test('a load that throws synchronously fails in the same way', async () => {
  const ask = coalesce<number, number>(() => {
    throw new Error('no statement');
  });

  await expect(ask(1)).rejects.toThrow('no statement');
  await expect(ask(2)).rejects.toThrow('no statement');
});

test('a load that never ends delays no other calls', async () => {
  const ask = coalesce(load);
  let isAnswered = false;
  void ask(1).finally(() => {
    isAnswered = true;
  });
  await asked();

  const next = ask(2);
  expect(await askedFor(2)).toEqual([[1], [2]]);
  loads[1]?.answer();

  expect(await next).toBe(20);
  expect(isAnswered).toBe(false);
  loads[0]?.answer();
});
