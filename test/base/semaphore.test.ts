import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Semaphore } from '../../src/base/semaphore.ts';
import { pieces } from '../support/pieces.ts';

const waitLimits = { maxWaiting: 2, maxWaitMs: 1000, refusal: (reason: string) => new Error(reason) };

/** Adds work to a semaphore; its name is the only key. */
function piecesOf(semaphore: Semaphore) {
  const { started, add, end } = pieces({ run: (_, work) => semaphore.run(work) });
  return { started, add: (name: string) => add('', name), end };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('so many pieces of work run at a time, in the order in which they were added', async () => {
  const { started, add, end } = piecesOf(new Semaphore(2));
  const all = ['one', 'two', 'three', 'four'].map(add);
  expect(started).toEqual(['one', 'two']);

  end('two');
  await all[1];
  await new Promise(setImmediate);

  expect(started).toEqual(['one', 'two', 'three']);
});

test('a semaphore is idle before any work and after the last', async () => {
  const semaphore = new Semaphore(1);
  const { add, end } = piecesOf(semaphore);
  expect(semaphore.isIdle).toBe(true);

  const work = add('one');
  expect(semaphore.isIdle).toBe(false);
  end('one');
  await work;

  expect(semaphore.isIdle).toBe(true);
});

test('work behind too much other work is refused at once', async () => {
  const { started, add } = piecesOf(new Semaphore(1, waitLimits));
  for (const name of ['one', 'two', 'three']) void add(name);

  await expect(add('four')).rejects.toThrow('too many');

  expect(started).toEqual(['one']);
});

test('work that waits for too long is refused, and the turn goes to the work behind it', async () => {
  const { started, add, end } = piecesOf(new Semaphore(1, waitLimits));
  const running = add('one');
  const late = add('two');
  late.catch(() => {});
  jest.advanceTimersByTime(600);
  void add('three');
  jest.advanceTimersByTime(600);

  await expect(late).rejects.toThrow('too late');
  end('one');
  await running;
  await new Promise(setImmediate);
  jest.advanceTimersByTime(600);

  expect(started).toEqual(['one', 'three']);
});

test('without limits, work waits for as long as necessary', async () => {
  const { started, add, end } = piecesOf(new Semaphore(1));
  const running = add('one');
  void add('two');

  expect(jest.getTimerCount()).toBe(0);
  end('one');
  await running;
  await new Promise(setImmediate);

  expect(started).toEqual(['one', 'two']);
});
