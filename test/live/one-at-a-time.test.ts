import { expect, test } from '@jest/globals';
import { oneAtATime } from '../../src/live/one-at-a-time.ts';

/** Works that note when they begin, and end when they are told to. */
function works() {
  const begun: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const begin = (owner: object, name: string) =>
    oneAtATime(owner, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
      });
    });
  return { begun, begin, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}

test('work begins at once while nobody else has the turn', () => {
  const { begun, begin } = works();

  void begin({}, 'one');

  expect(begun).toEqual(['one']);
});

test('work of one owner goes one after the other, in the order in which it came; another owner does not wait', async () => {
  const { begun, begin, end } = works();
  const owner = {};
  const all = ['one', 'two', 'three'].map((name) => begin(owner, name));
  void begin({}, 'other');
  expect(begun).toEqual(['one', 'other']);

  end('one');
  await all[0];
  void begin(owner, 'late');
  await new Promise(setImmediate);
  end('two');
  await all[1];
  await new Promise(setImmediate);

  expect(begun).toEqual(['one', 'other', 'two', 'three']);
});

test('work that fails passes on its turn', async () => {
  const { begun, begin, end } = works();
  const owner = {};
  const failing = begin(owner, 'one');
  const next = begin(owner, 'two');

  end('one', new Error('spilt'));
  await expect(failing).rejects.toThrow('spilt');
  await new Promise(setImmediate);
  end('two');

  expect(await next).toBe('two');
  expect(begun).toEqual(['one', 'two']);
});
