import { expect, test } from '@jest/globals';
import { foldText } from '../../src/base/names.ts';
import { byUsername } from '../../src/users/search.ts';
import { guestUsername, requireUsername, skeletonOf, usernameLike } from '../../src/users/usernames.ts';

test.each([
  ['Ada Lovelace', /^ada-lovelace-[0-9a-f]{10}$/],
  ['  José  ', /^jose-[0-9a-f]{10}$/],
  ['日本', /^guest-[0-9a-f]{10}$/],
  ['-_-', /^guest-[0-9a-f]{10}$/],
  ['a'.repeat(80), /^a{32}-[0-9a-f]{10}$/],
  [`${'a'.repeat(31)} b`, /^a{31}-[0-9a-f]{10}$/],
])('the username of “%s”', (name, pattern) => {
  expect(guestUsername(name).username).toMatch(pattern);
  expect(guestUsername(name).username).toMatch(byUsername.pattern);
  expect(guestUsername(name)).not.toEqual(guestUsername(name));
});

test.each([
  ['Ada', 'ada'],
  ['Ａｄａ', 'ada'],
  ['Jose\u0301', 'jos\u00e9'],
  ['STRASSE', 'strasse'],
  ['Straße', 'strasse'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
  ['Οδυσσεύς', 'οδυσσεύσ'],
  ['İSTANBUL', 'istanbul'],
  ['ISTANBUL', 'istanbul'],
  ['太郎.1', '太郎.1'],
])('“%s” is stored as “%s”', (given, username) => {
  expect(requireUsername(given).username).toBe(username);
});

test.each(['', '.ada', '-ada', 'a da', 'a@b', 'a/b', 'a\nb', 'a\0', '\ud800', 'x'.repeat(65), 'ﷺ'.repeat(10), '💥'])(
  '“%s” is no username',
  (given) => {
    expect(() => requireUsername(given)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', constraint: 'username' }),
    );
  },
);

test.each([
  ['in Cyrillic', 'ada', 'аdа'],
  ['in Greek', 'ivor', 'ινοr'],
  ['with a zero', 'google', 'g00gle'],
  ['with a one', 'paul', 'pau1'],
  ['with r and n for m', 'mary', 'rnary'],
  ['in Cherokee', 'gww', 'gᎳᎳ'],
  ['in Armenian', 'hon', 'հօո'],
])('a username %s looks like another', (_how, one, other) => {
  expect(requireUsername(other).username).not.toBe(requireUsername(one).username);
  expect(requireUsername(other).skeleton).toBe(requireUsername(one).skeleton);
});

test.each([
  ['ada', 'adam'],
  ['jose', 'josé'],
  ['ada.king', 'ada-king'],
])('“%s” does not look like “%s”', (one, other) => {
  expect(skeletonOf(one)).not.toBe(skeletonOf(other));
});

test('the skeleton of a skeleton is the same', () => {
  const letters = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).filter(
    (letter) => byUsername.pattern.test(letter) && foldText(letter) === letter,
  );

  expect(letters.filter((letter) => skeletonOf(skeletonOf(letter)) !== skeletonOf(letter))).toEqual([]);
});

test.each([
  ['Grace.Hopper', 'grace.hopper'],
  ['-- José! --', 'jose'],
  ['太郎', '太郎'],
  ['Ёлка Ива́нова', 'ёлка-ива́нова'],
  ['がんばれ', 'がんばれ'],
  ['नमस्ते', 'नमस्ते'],
  ['x'.repeat(80), 'x'.repeat(64)],
  ['💥 \ud800', undefined],
])('the username for the claim “%s” is “%s”', (claimed, username) => {
  expect(usernameLike(claimed)?.username).toBe(username);
});
