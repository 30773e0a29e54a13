import { expect, test } from '@jest/globals';
import { firstName } from '../src/people/typing.tsx';

test.each([
  ['Ada Lovelace', 'Ada'],
  ['Guest 3', 'Guest 3'],
  ['Guest 3 of Ada', 'Guest 3'],
  ['Ada 2nd', 'Ada'],
  ['Ada', 'Ada'],
])('%s is called %s for short', (displayName, expected) => {
  expect(firstName({ displayName })).toBe(expected);
});
