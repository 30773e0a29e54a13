import { expect, test } from '@jest/globals';
import { guestUsername, requireDisplayName } from '../../src/users/display-name.ts';
import { byUsername } from '../../src/users/search.ts';

test.each([
  ['Ada Lovelace', /^ada-lovelace-[0-9a-f]{10}$/],
  ['  José  ', /^jose-[0-9a-f]{10}$/],
  ['日本', /^guest-[0-9a-f]{10}$/],
  ['-_-', /^guest-[0-9a-f]{10}$/],
  ['a'.repeat(80), /^a{32}-[0-9a-f]{10}$/],
  [`${'a'.repeat(31)} b`, /^a{31}-[0-9a-f]{10}$/],
])('the username of “%s”', (name, pattern) => {
  expect(guestUsername(name)).toMatch(pattern);
  expect(guestUsername(name)).toMatch(byUsername.pattern);
  expect(guestUsername(name)).not.toBe(guestUsername(name));
});

test('a name is one line of at most 80 characters', () => {
  expect(requireDisplayName(` ${'👋'.repeat(80)} `)).toBe('👋'.repeat(80));
  expect(() => requireDisplayName('x'.repeat(81))).toThrow('The text has 81 characters; the limit is 80.');
  expect(() => requireDisplayName('Ada\nLovelace')).toThrow('line breaks');
});
