import { expect, test } from '@jest/globals';
import { editDistance } from '../../src/base/edit-distance.ts';

test.each([
  ['', '', 0],
  ['tea', '', 3],
  ['', 'tea', 3],
  ['tea', 'tea', 0],
  ['tea', 'team', 1],
  ['tea', 'sea', 1],
  ['kitten', 'sitting', 3],
  ['sitting', 'kitten', 3],
])('between %j and %j are %i edits', (one, other, edits) => {
  expect(editDistance(one, other)).toBe(edits);
});
