import { describe, expect, test } from '@jest/globals';
import { foldText } from '../../src/base/names.ts';

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
