import { expect, test } from '@jest/globals';
import { KeyedMutex } from '../../src/base/keyed-mutex.ts';
import { pieces } from '../support/pieces.ts';

test('work starts synchronously if no other work with its key runs', () => {
  const { started, add } = pieces(new KeyedMutex<string>());

  void add('tea', 'one');

  expect(started).toEqual(['one']);
});

test('work with one key runs one after the other, in the order in which it was added; another key does not wait', async () => {
  const { started, add, end } = pieces(new KeyedMutex<string>());
  const all = ['one', 'two', 'three'].map((name) => add('tea', name));
  void add('coffee', 'other');
  expect(started).toEqual(['one', 'other']);

  end('one');
  await all[0];
  void add('tea', 'late');
  await new Promise(setImmediate);
  end('two');
  await all[1];
  await new Promise(setImmediate);

  expect(started).toEqual(['one', 'other', 'two', 'three']);
});

test('work that fails passes its turn on', async () => {
  const { started, add, end } = pieces(new KeyedMutex<string>());
  const failing = add('tea', 'one');
  const next = add('tea', 'two');

  end('one', new Error('spilt'));
  await expect(failing).rejects.toThrow('spilt');
  await new Promise(setImmediate);
  end('two');

  expect(await next).toBe('two');
  expect(started).toEqual(['one', 'two']);
});
