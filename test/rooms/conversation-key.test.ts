import { expect, test } from '@jest/globals';
import { conversationKey } from '../../src/rooms/conversation-key.ts';

test('the same users have the same key, in any order and however often they are named', () => {
  const key = conversationKey('DIRECT', ['ada', 'grace', 'hedy']);

  expect(conversationKey('DIRECT', ['hedy', 'ada', 'grace'])).toBe(key);
  expect(conversationKey('DIRECT', ['hedy', 'ada', 'grace', 'ada', 'hedy'])).toBe(key);
});

test('another kind, one user more and one user less have other keys', () => {
  const keys = [
    conversationKey('DIRECT', ['ada', 'grace']),
    conversationKey('SUPPORT', ['ada', 'grace']),
    conversationKey('DIRECT', ['ada', 'grace', 'hedy']),
    conversationKey('DIRECT', ['ada']),
  ];

  expect(new Set(keys).size).toBe(keys.length);
});
