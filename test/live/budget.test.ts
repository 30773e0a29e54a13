import { expect, test } from '@jest/globals';
import { Budget } from '../../src/live/budget.ts';
import { until } from '../support/until.ts';

/** Pieces of work that record their start, and end when the test says so. */
function works(budget: Budget) {
  const begun: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const begin = (name: string, bytes: number) =>
    budget.take(bytes, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
      });
    });
  return { begun, begin, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}

test('pieces of work run at the same time while they fit, and the others in order', async () => {
  const { begun, begin, end } = works(new Budget(10, 1_000_000));
  const all = [begin('one', 4), begin('two', 6), begin('three', 5), begin('four', 1)];
  expect(begun).toEqual(['one', 'two']);

  end('one');
  await all[0];
  await new Promise(setImmediate);
  expect(begun).toEqual(['one', 'two']); // the small one does not overtake
  end('two');
  await all[1];
  await new Promise(setImmediate);
  expect(begun).toEqual(['one', 'two', 'three', 'four']);

  for (const name of ['three', 'four']) end(name);
  expect(await Promise.all(all)).toEqual(['one', 'two', 'three', 'four']);
});

test('work larger than the budget runs alone, and failed work returns its share', async () => {
  const { begun, begin, end } = works(new Budget(10, 1_000_000));
  const large = begin('large', 50);
  const next = begin('next', 1);
  expect(begun).toEqual(['large']);

  end('large', new Error('spilt'));
  await expect(large).rejects.toThrow('spilt');
  await new Promise(setImmediate);
  end('next');

  expect(await next).toBe('next');
});

test('long work does not delay the next, and returns its share once', async () => {
  const { begun, begin, end } = works(new Budget(10, 1));
  const slow = begin('slow', 10);
  const next = begin('next', 10);

  await until(() => begun.length >= 2);
  end('slow');
  end('next');

  expect(await Promise.all([slow, next])).toEqual(['slow', 'next']);
  void begin('third', 10);
  void begin('fourth', 10);
  expect(begun).toEqual(['slow', 'next', 'third']);
  end('third');
});
