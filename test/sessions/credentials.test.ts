import { describe, expect, test } from '@jest/globals';
import { bearerToken, onlyToken, plainToken } from '../../src/sessions/credentials.ts';

const unreadable = expect.objectContaining({ code: 'UNAUTHENTICATED' });

test('a header names its token, however it writes the scheme', () => {
  expect(bearerToken('Bearer a.b-c_d')).toBe('a.b-c_d');
  expect(bearerToken('bearer   a.b.c ')).toBe('a.b.c');
});

test('without a token, the caller is anonymous', () => {
  for (const absent of [undefined, null]) {
    expect(bearerToken(absent)).toBeNull();
    expect(plainToken(absent)).toBeNull();
  }
});

describe('a value that is not a token is refused:', () => {
  const never: [string, unknown][] = [
    ['an empty text', ''],
    ['a number', 5],
    ['false', false],
    ['a list', ['a.b.c']],
    ['an object', { token: 'a.b.c' }],
    ['a text of 250 KB', `Bearer ${'x'.repeat(250_000)}`],
    ['two tokens', 'Bearer a.b.c d.e.f'],
    ['letters that no token has', 'Bearer ä'],
  ];

  test.each([...never, ['the scheme alone', 'Bearer'], ['no scheme', 'a.b.c'], ['another scheme', 'Basic YTpi']])(
    'in a header, %s',
    (_what, header) => {
      expect(() => bearerToken(header)).toThrow(unreadable);
    },
  );

  test.each([...never, ['a header', 'Bearer a.b.c'], ['250 KB', 'x'.repeat(250_000)]])(
    'by itself, %s',
    (_what, token) => {
      expect(() => plainToken(token)).toThrow(unreadable);
    },
  );
});

test('a token that is given twice counts once, and two different ones are refused', () => {
  expect(onlyToken('a.b.c', null, 'a.b.c')).toBe('a.b.c');
  expect(onlyToken(null, null)).toBeNull();
  expect(() => onlyToken('a.b.c', 'd.e.f')).toThrow(unreadable);
});
