import { describe, expect, test } from '@jest/globals';
import { clearable, likeText, requireText, requireWebAddress, searchText } from '../../src/base/text.ts';

const line = { path: ['name'], max: 10 };
const lines = { ...line, multiline: true };
const broken = (constraint: string) =>
  expect.objectContaining({ code: 'INVALID_INPUT', inputPath: ['name'], constraint });

describe('requireText', () => {
  test.each([
    ['white space around it goes', ' \t\n\u00a0\ufeffhi\u2003 ', 'hi'],
    ['what is within stays', 'a  b\n\n\tc', 'a  b\n\n\tc'],
    ['right-to-left stays', 'שלום \u202bאב\u202c', 'שלום \u202bאב\u202c'],
    ['emoji with joiners and tones stay', '👩🏽‍🚀👨‍👩‍👧', '👩🏽‍🚀👨‍👩‍👧'],
    ['nothing is composed', 'e\u0301', 'e\u0301'],
    ['bells stay', 'ding\u0007', 'ding\u0007'],
  ])('%s', (_rule, given, kept) => {
    expect(requireText(given, lines)).toBe(kept);
  });

  test('ten characters are ten code points, not UTF-16 units', () => {
    expect(requireText('👋'.repeat(10), line)).toHaveLength(20);
    expect(() => requireText('👋'.repeat(11), line)).toThrow('The text has 11 characters; the limit is 10.');
  });

  test('white space around it does not count', () => {
    expect(requireText(`${' '.repeat(99)}0123456789\n`, line)).toBe('0123456789');
  });

  test.each([
    ['nothing', ''],
    ['spaces', ' \u00a0\u3000\n\t'],
    ['zero-width spaces and joiners', '\u200b\u200d\u2060\ufeff'],
    ['marks without a letter', '\u0301\u0302'],
    ['direction marks', '\u200e\u200f\u202e'],
    ['fillers', '\u3164\u115f\u1160\uffa0'],
    ['variation selectors', '\ufe0f\ufe0f'],
    ['control characters', '\u0007\u001b'],
  ])('there is nothing to see in %s', (_what, given) => {
    expect(() => requireText(given, lines)).toThrow(broken('minLength'));
  });

  test.each([
    ['a NUL', 'a\0b', 'noNul'],
    ['the first half of a pair', 'a\ud83d', 'wellFormed'],
    ['the second half of a pair', '\udc4ba', 'wellFormed'],
    ['more than the limit', '0123456789x', 'maxLength'],
  ])('%s is refused', (_what, given, constraint) => {
    expect(() => requireText(given, lines)).toThrow(broken(constraint));
  });

  test.each(['\n', '\r', '\t', '\u0007', '\u007f', '\u0085', '\u2028', '\u2029'])(
    'a line has no %j in it',
    (character) => {
      expect(() => requireText(`a${character}b`, line)).toThrow(broken('singleLine'));
      expect(requireText(`a${character}b`, lines)).toBe(`a${character}b`);
    },
  );
});

describe('searchText and likeText', () => {
  test('an empty search text means no search', () => {
    expect([undefined, null, '', '  \n'].map((text) => searchText(text, ['name']))).toEqual([null, null, null, null]);
  });

  test('white space around a search text is removed, and characters that no name can have are refused', () => {
    expect(searchText(' ada ', ['name'])).toBe('ada');
    expect(() => searchText('a\0', ['name'])).toThrow(broken('noNul'));
    expect(() => searchText('a'.repeat(101), ['name'])).toThrow(broken('maxLength'));
  });

  test('wildcards mean themselves', () => {
    expect(likeText('50%_\\')).toBe('50\\%\\_\\\\');
  });
});

describe('requireWebAddress', () => {
  test.each(['https://a.example/b.png?c=d#e', 'http://127.0.0.1:8080', 'https://bücher.example/ü'])(
    '%s is one',
    (address) => {
      expect(requireWebAddress(address, ['name'])).toBe(address);
    },
  );

  test.each([
    '',
    'a.example/b.png',
    '//a.example',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    'ftp://a.example',
    'https://',
    'https://a.exa\nmple',
    'https://a.example/\0',
    ' https://a.example',
    'https://a.example/ b',
    'https://a.example/"onerror=',
    'https://a.example/<b>',
    'https://a.example/\ud800',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('%j is none', (address) => {
    expect(() => requireWebAddress(address, ['name'])).toThrow(broken('url'));
  });
});

test('undefined stays undefined, null and empty become null, and any other value is checked', () => {
  const check = (text: string) => `checked ${text}`;

  expect([undefined, null, '', 'x'].map((value) => clearable(value, check))).toEqual([
    undefined,
    null,
    null,
    'checked x',
  ]);
});
