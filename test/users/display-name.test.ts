import { expect, test } from '@jest/globals';
import { requireDisplayName } from '../../src/users/display-name.ts';

test('a name is one line of at most 80 characters', () => {
  expect(requireDisplayName(` ${'👋'.repeat(80)} `)).toBe('👋'.repeat(80));
  expect(() => requireDisplayName('x'.repeat(81))).toThrow('The text has 81 characters; the limit is 80.');
  expect(() => requireDisplayName('Ada\nLovelace')).toThrow('line breaks');
});
