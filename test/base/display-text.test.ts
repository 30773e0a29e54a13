import { describe, expect, test } from '@jest/globals';
import { requireDisplayText, withoutRefused } from '../../src/base/display-text.ts';

const named = (value: string) => requireDisplayText(value, { path: ['name'], max: 80 });

describe('a name may have an invisible character', () => {
  test.each([
    ['between emojis', '👩\u200d🚀'],
    ['between emojis with a colour of skin', '👩🏽\u200d🚀'],
    ['that makes a letter an emoji', '❤\ufe0f'],
    ['in an emoji of two, one of them made so', '❤\ufe0f\u200d🔥'],
    ['in a keycap', '1\ufe0f\u20e3'],
    ['in the flag of a region', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['between letters of Persian', 'می\u200cشود'],
    ['after a virama', 'नमस्\u200dते'],
    ['that chooses the variant of a letter', '辻\u{e0100}'],
  ])('%s', (_where, name) => {
    expect(named(name)).toBe(name);
  });
});

describe('a name may not have', () => {
  test.each([
    ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'],
    ...['\u200e', '\u200f', '\u061c', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f'],
    ...['\u115f', '\u3164', '\uffa0', '\u2800', '\u2061', '\u{e0001}', '\u{e0061}', '\ufe0f', '\ufff9', '\u{e0fff}'],
  ])('%j between letters', (hidden) => {
    expect(() => named(`A${hidden}da`)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', constraint: 'noHidden', inputPath: ['name'] }),
    );
  });
});

describe('a name may have marks', () => {
  test.each([
    ['of Vietnamese, composed or not', 'Việt Vie\u0323\u0302t'],
    ['of Hebrew', 'בְּרֵאשִׁ֖ית'],
    ['of Thai', 'น้ำ ปู่'],
    ['of Tibetan', 'བསྒྲུབས'],
    ['four of them', 'a\u0301\u0302\u0303\u0304'],
  ])('%s', (_what, name) => {
    expect(named(name)).toBe(name);
    expect(withoutRefused(name)).toBe(name);
  });
});

test.each([
  ['five marks on a letter', 'a\u0301\u0302\u0303\u0304\u0305da', 'noStackedMarks'],
  ['a composed letter with four marks', 'é\u0302\u0303\u0304\u0305', 'noStackedMarks'],
  ['a private character', 'Ada \uf8ff', 'noPrivateUse'],
  ['a private character of plane 15', 'Ada \u{f0000}', 'noPrivateUse'],
  ['a code point that is no character', 'Ada\uffff', 'noPrivateUse'],
])('a name may not have %s, which is left out of a claimed name', (_what, name, constraint) => {
  expect(() => named(name)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', constraint }));
  expect(named(withoutRefused(name))).toMatch(/./);
});

test('the error names the character', () => {
  expect(() => named('Ad\u202ea')).toThrow('such as a control of direction: U+202E.');
});
