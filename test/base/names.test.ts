import { describe, expect, test } from '@jest/globals';
import { foldText, requireName } from '../../src/base/names.ts';

const named = (value: string) => requireName(value, { path: ['name'], max: 80 });

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

describe('a folded text is the same', () => {
  test.each([
    ['in any case', 'ada', 'ADA'],
    ['with accents composed or not', 'jos\u00e9', 'Jose\u0301'],
    ['in wide letters', 'ada', 'Ａｄａ'],
    ['with a Turkish capital', 'izmir', 'İzmir'],
    ['in Turkish capitals', 'ışık', 'IŞIK'],
    ['with a sharp s', 'straße', 'STRASSE'],
    ['with a final sigma', 'οδος', 'ΟΔΟΣ'],
    ['with an invisible hyphen', 'ada', 'a\u00adda'],
  ])('%s', (_how, one, other) => {
    expect(foldText(other)).toBe(foldText(one));
  });

  test('if it is folded again', () => {
    const all = Array.from({ length: 0x1ffff }, (_, code) => String.fromCodePoint(code)).filter((c) =>
      c.isWellFormed(),
    );

    expect(all.filter((letter) => foldText(foldText(letter)) !== foldText(letter))).toEqual([]);
  });
});
