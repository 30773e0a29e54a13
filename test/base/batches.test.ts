import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { inBatches, inBatchesOfDifferent } from '../../src/base/batches.ts';

interface Load {
  keys: number[];
  answer(): void;
  fail(error: Error): void;
}

/** Loads that wait to be answered; each key is answered with ten times itself. */
let loads: Load[];
let load: (keys: number[]) => Promise<number[]>;
beforeEach(() => {
  loads = [];
  load = (keys) =>
    new Promise((resolve, reject) => {
      loads.push({ keys, answer: () => resolve(keys.map((key) => key * 10)), fail: reject });
    });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What has been asked for so far. */
async function asked(): Promise<number[][]> {
  await new Promise(setImmediate);
  return loads.map(({ keys }) => keys);
}

/** The same, once there have been so many loads. */
async function askedFor(count: number): Promise<number[][]> {
  for (;;) {
    const keys = await asked();
    if (keys.length >= count) return keys;
  }
}

test('callers of one tick go together, each with its own answer', async () => {
  const ask = inBatches(load);
  const answers = [1, 2, 3].map(ask);

  expect(await asked()).toEqual([[1, 2, 3]]);
  loads[0]?.answer();

  expect(await Promise.all(answers)).toEqual([10, 20, 30]);
});

test('a lonely caller waits for nobody', async () => {
  const ask = inBatches(load);
  const answer = ask(1);

  expect(await asked()).toEqual([[1]]);
  loads[0]?.answer();

  expect(await answer).toBe(10);
});

test('those who come while a load is under way go with the next one, and so do those who follow them closely', async () => {
  // However long this machine takes over the first load, they follow closely.
  jest.spyOn(performance, 'now').mockReturnValue(0);
  const ask = inBatches(load);
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

test('two who ask for the same have one answer each', async () => {
  const ask = inBatches(load);
  const answers = [ask(7), ask(7)];
  await asked();
  loads[0]?.answer();

  expect(await Promise.all(answers)).toEqual([70, 70]);
});

test('no load takes more than its size', async () => {
  const ask = inBatches(load, 2);
  const answers = [1, 2, 3, 4, 5].map(ask);
  for (const [index, size] of [2, 2, 1].entries()) {
    expect((await askedFor(index + 1)).at(-1)).toHaveLength(size);
    loads.at(-1)?.answer();
  }

  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
});

test('a load takes as many as weigh no more than its size together, and at least one', async () => {
  const ask = inBatches(load, 5, (key: number) => key);
  const answers = [2, 3, 1, 9, 4].map((key) => ask(key));
  for (const [index, keys] of [[2, 3], [1], [9], [4]].entries()) {
    expect((await askedFor(index + 1)).at(-1)).toEqual(keys);
    loads.at(-1)?.answer();
  }

  expect(await Promise.all(answers)).toEqual([20, 30, 10, 90, 40]);
});

test('of equal keys one is loaded, but not for those who come once the load has begun', async () => {
  const ask = inBatchesOfDifferent(load, 2);
  const answers = [7, 7, 8, 7].map((key) => ask(key));
  expect((await askedFor(1)).at(-1)).toEqual([7, 8]);
  answers.push(ask(7), ask(7));
  loads[0]?.answer();
  expect((await askedFor(2)).at(-1)).toEqual([7]);
  loads[1]?.answer();

  expect(await Promise.all(answers)).toEqual([70, 70, 80, 70, 70, 70]);
});

test('a failure is that of all who asked with it, and of nobody else', async () => {
  const ask = inBatches(load);
  const failing = [1, 2].map((key) => ask(key).catch((error: Error) => error.message));
  await asked();
  const next = ask(3);

  loads[0]?.fail(new Error('the log is away'));
  expect(await Promise.all(failing)).toEqual(['the log is away', 'the log is away']);
  await askedFor(2);
  loads[1]?.answer();

  expect(await next).toBe(30);
});

test('a load that throws at once is a failure like any other', async () => {
  const ask = inBatches<number, number>(() => {
    throw new Error('no statement');
  });

  await expect(ask(1)).rejects.toThrow('no statement');
  await expect(ask(2)).rejects.toThrow('no statement');
});

test('a load that is never answered keeps nobody else waiting', async () => {
  const ask = inBatches(load);
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
