import { afterEach, expect, jest, test } from '@jest/globals';
import { throttledWarning } from '../../src/base/throttled-warning.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('of many errors, one is logged per interval, with the number of the others', () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const lines: unknown[] = [];
  const log = { warn: (line: unknown) => lines.push(line) };
  const warn = throttledWarning(log, { message: 'a subscription is retried', everyMs: 1000 });
  const errors = ['first', 'second', 'third', 'fourth'].map((message) => new Error(message));
  const [first, , , fourth] = errors;

  for (const error of errors.slice(0, 3)) warn(error);
  now += 1000;
  warn(fourth);

  expect(lines).toEqual([
    { err: first, others: 0 },
    { err: fourth, others: 2 },
  ]);
});
