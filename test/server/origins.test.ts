import { expect, test } from '@jest/globals';
import { isAllowedOrigin } from '../../src/server/origins.ts';

test.each<[string, string | undefined, '*' | string[], boolean]>([
  ['one of the list', 'https://chat.example', ['https://chat.example'], true],
  ['another', 'https://evil.example', ['https://chat.example'], false],
  ['one that begins like it', 'https://chat.example.evil.example', ['https://chat.example'], false],
  ['another port of it', 'https://chat.example:444', ['https://chat.example'], false],
  ['the hidden origin of a sandboxed page', 'null', ['https://chat.example'], false],
  ['none, as of a program that is no browser', undefined, ['https://chat.example'], true],
  ['any at all, where all are allowed', 'https://evil.example', '*', true],
])('the answer for an origin that is %s', (_what, origin, allowed, answer) => {
  expect(isAllowedOrigin(origin, allowed)).toBe(answer);
});
