import { afterEach, expect, jest, test } from '@jest/globals';
import { faultNotes } from '../../src/base/fault-notes.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('of a crowd of faults one a second is logged, with the number of the others', () => {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  const lines: unknown[] = [];
  const note = faultNotes({ warn: (line: unknown) => lines.push(line) });
  const faults = ['first', 'second', 'third', 'fourth'].map((message) => new Error(message));
  const [first, , , fourth] = faults;

  for (const fault of faults.slice(0, 3)) note(fault);
  now += 1000;
  note(fourth);

  expect(lines).toEqual([
    { err: first, others: 0 },
    { err: fourth, others: 2 },
  ]);
});
