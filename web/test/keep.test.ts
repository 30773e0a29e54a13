import { afterEach, expect, test } from '@jest/globals';
import { forget, keep, kept } from '../src/app/keep.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, 'localStorage');
});

/** A browser that keeps what it has, and takes nothing more. */
function fullStorage(kept: Record<string, string>): void {
  const storage = {
    getItem: (key: string) => kept[key] ?? null,
    setItem() {
      throw new DOMException('Full', 'QuotaExceededError');
    },
    removeItem: (key: string) => void delete kept[key],
  };
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true });
}

test('in a browser that keeps nothing, values last as long as the page', () => {
  keep('token', 'one');
  keep('draft:a', 'Hello');

  expect([kept('token'), kept('draft:a')]).toEqual(['one', 'Hello']);

  keep('token', null);
  forget('draft:');

  expect([kept('token'), kept('draft:a')]).toEqual([null, null]);
});

test('in a browser that is full, a new value is read in place of the one it still keeps', () => {
  fullStorage({ 'parley:theme': 'dark' });

  keep('theme', 'light');

  expect(kept('theme')).toBe('light');
});
