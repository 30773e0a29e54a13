import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isSuperLinear, regularExpressionsIn } from './support/regular-expressions.ts';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.startsWith('generated'),
);
const expressions = sources.flatMap((path) =>
  regularExpressionsIn(readFileSync(join('src', path), 'utf8')).map((expression) => ({ path, expression })),
);

test('no regular expression of the server takes more than linear time for any text', () => {
  expect(expressions.length).toBeGreaterThan(10); // else this proves nothing

  expect(expressions.filter(({ expression }) => isSuperLinear(expression))).toEqual([]);
});

describe('the check finds a regular expression', () => {
  test.each<[string, string, RegExp[]]>([
    ['as a literal', 'if (/a+/u.test(b)) c();', [/a+/u]],
    ['made of a text', "new RegExp('a+', 'g')", [/a+/g]],
    ['made of constants', `const a = String.raw\`\\d\`; const b = new RegExp(\`^(?:\${a}|x)$\`);`, [/^(?:\d|x)$/]],
  ])('%s', (_how, source, found) => {
    expect(regularExpressionsIn(source)).toEqual(found);
  });

  test('or throws for one that only the running program knows', () => {
    expect(() => regularExpressionsIn('const find = (a: string) => new RegExp(a);')).toThrow('cannot be checked');
  });
});

describe('the check finds more than linear time:', () => {
  test.each([
    ['exponential', /^(a+)+$/],
    ['exponential by alternatives that overlap', /^(a|a)+$/],
    ['quadratic by repetitions that overlap', /^\d+\d+$/],
    ['quadratic by starting anew at each character', /\s+$/],
    ['the split of a header', /\s*;\s*q=/],
  ])('%s', (_why, expression) => {
    expect(isSuperLinear(expression)).toBe(true);
  });

  test.each([/^Bearer +(\S+)$/i, /[\p{Cc}\u2028\u2029]/u, /^[a-z0-9]+(?:-[a-z0-9]+)*$/])('not %s', (expression) => {
    expect(isSuperLinear(expression)).toBe(false);
  });
});
