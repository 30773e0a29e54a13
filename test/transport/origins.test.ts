import { expect, test } from '@jest/globals';
import { isAllowedOrigin, isOwnPage } from '../../src/transport/origins.ts';

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

test.each<[string, string | undefined, string | undefined, boolean]>([
  ['at its address', 'http://127.0.0.1:4000', '127.0.0.1:4000', true],
  ['behind a proxy that keeps the name', 'https://chat.example', 'Chat.Example', true],
  ['on another port', 'http://127.0.0.1:3000', '127.0.0.1:4000', false],
  ['elsewhere', 'https://evil.example', 'chat.example', false],
  ['nowhere', 'null', 'null', false],
  ['without a Host', 'null', undefined, false],
  ['with an empty Host', 'file://', '', false],
  ['without an Origin', undefined, 'chat.example', false],
])('a page of the server itself is one %s: %s, %s', (_where, origin, host, answer) => {
  expect(isOwnPage({ origin, host })).toBe(answer);
});
