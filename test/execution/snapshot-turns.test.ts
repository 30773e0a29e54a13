import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { SnapshotTurns } from '../../src/execution/snapshot-turns.ts';
import { pieces } from '../support/pieces.ts';

afterEach(() => void jest.useRealTimers());

test('snapshots leave a connection to other requests, and start in the order in which they were asked for', async () => {
  const { started, add, end } = pieces(new SnapshotTurns(3));
  const [first] = ['ada', 'grace', 'hedy', 'joan'].map((user) => add(user, user));
  await nextTurn();
  expect(started).toEqual(['ada', 'grace']);

  end('ada');
  await first;
  await nextTurn();

  expect(started).toEqual(['ada', 'grace', 'hedy']);
});

test('a user has one snapshot at a time', async () => {
  const { started, add } = pieces(new SnapshotTurns(9));

  for (const name of ['one', 'two', 'three']) void add('mallory', name);
  void add('ada', 'hers');
  await nextTurn();

  expect(started).toEqual(['one', 'hers']);
});

test('with a single connection, there is one snapshot at a time', async () => {
  const { started, add } = pieces(new SnapshotTurns(1));

  for (const user of ['ada', 'grace']) void add(user, user);
  await nextTurn();

  expect(started).toEqual(['ada']);
});

test('a snapshot that has waited for too long is refused, and the next one starts', async () => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
  const { started, add, end } = pieces(new SnapshotTurns(2, 1000));
  void add('ada', 'hers');
  const late = add('grace', 'late');
  await jest.advanceTimersByTimeAsync(1001);
  void add('hedy', 'next');

  end('hers');

  await expect(late).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await nextTurn();
  expect(started).toEqual(['hers', 'next']);
});
