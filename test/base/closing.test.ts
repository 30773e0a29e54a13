import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Closing } from '../../src/base/closing.ts';

function recorded() {
  const logged: string[] = [];
  const closed: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void logged.push(line) });
  return { log, logged, closed, closes: (name: string) => () => void closed.push(name) };
}

test('parts are closed one after the other, the last one first', async () => {
  const { log, closed, closes } = recorded();
  const closing = new Closing(log);
  closing.add(closes('first'));
  closing.add(() => new Promise<void>((resolve) => setImmediate(resolve)).then(closes('second')));
  closing.add(closes('third'));

  await closing.run();

  expect(closed).toEqual(['third', 'second', 'first']);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('is stuck');
    },
  ],
  ['rejects', () => Promise.reject(new Error('is stuck'))],
  ['takes too long', () => new Promise(() => {})],
])('a part that %s keeps no other open, and is logged', async (_how, close) => {
  const { log, logged, closed, closes } = recorded();
  const closing = new Closing(log, 5);
  closing.add(closes('first'));
  closing.add(close);
  closing.add(closes('third'));

  await expect(closing.run()).rejects.toThrow('1 parts failed to close');

  expect(closed).toEqual(['third', 'first']);
  expect(logged).toEqual([expect.stringContaining('failed to close')]);
});

test('a part is closed once, however often closing is asked for', async () => {
  const { log, closed, closes } = recorded();
  const closing = new Closing(log);
  closing.add(closes('first'));

  await closing.run();
  await closing.run();

  expect(closed).toEqual(['first']);
});
