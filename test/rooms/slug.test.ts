import { expect, test } from '@jest/globals';
import { requireSlug, slugOf } from '../../src/rooms/slug.ts';

test.each([
  ['Cooking', 'cooking'],
  ['Café & Bar', 'cafe-bar'],
  ['  Rock ’n’ Roll!  ', 'rock-n-roll'],
  ['ＦＵＬＬ width', 'full-width'],
  ['C++', 'c'],
  ['1 2 3', '1-2-3'],
  ['Straße', 'stra-e'],
])('the slug of “%s” is %s', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
  expect(requireSlug(slug)).toBe(slug);
});

test.each(['日本', '🐈', '!!!'])('“%s” has no letters for a slug and gets one of its own', (name) => {
  expect(slugOf(name)).toMatch(/^room-[0-9a-f]{10}$/);
  expect(slugOf(name)).not.toBe(slugOf(name));
});

test('a long name makes a slug of 64 characters at most, with no hyphen at the end', () => {
  expect(slugOf('a'.repeat(100))).toBe('a'.repeat(64));
  expect(slugOf(`${'a'.repeat(63)} b`)).toBe('a'.repeat(63));
});

test.each(['', 'Cooking', 'a b', '-a', 'a-', 'a--b', 'a_b', 'ä', 'a/b', 'a\n', 'a'.repeat(65)])(
  '%j is no slug',
  (slug) => {
    expect(() => requireSlug(slug)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', inputPath: ['slug'], constraint: 'slug' }),
    );
  },
);
