import { expect, jest, test } from '@jest/globals';
import { KeptResults } from '../../src/sharing/kept-results.ts';

const payloads = [Buffer.from('"tea"')];

test('results are made once for all who ask at the same time or later', async () => {
  const kept = new KeptResults(() => false);
  const make = jest.fn(async () => payloads);

  const together = await Promise.all([kept.get('a', make), kept.get('a', make)]);
  const later = await kept.get('a', make);

  expect([...together, later].every((result) => result === payloads)).toBe(true);
  expect(make).toHaveBeenCalledTimes(1);
});

test('each key has results of its own', async () => {
  const kept = new KeptResults(() => false);
  await kept.get('a', async () => payloads);

  expect(await kept.get('b', async () => [])).toEqual([]);
});

test('flawed results are not kept', async () => {
  const kept = new KeptResults((payload) => payload === payloads[0]);
  const make = jest.fn(async () => payloads);

  await kept.get('a', make);
  await kept.get('a', make);

  expect(make).toHaveBeenCalledTimes(2);
});

test('a failure reaches all who asked meanwhile, and is not kept', async () => {
  const kept = new KeptResults(() => false);
  const fail = () => Promise.reject(new Error('no cups'));

  const both = await Promise.allSettled([kept.get('a', fail), kept.get('a', fail)]);

  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await kept.get('a', async () => payloads)).toBe(payloads);
});
