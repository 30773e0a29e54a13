import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
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

test('a caller who is no single user has several at a time', async () => {
  const { started, add } = pieces(new SnapshotTurns(3));

  for (const name of ['one', 'two', 'three']) void add(null, name);
  await nextTurn();

  expect(started).toEqual(['one', 'two']);
});

describe('a snapshot that waits for too long is refused while others still run, and takes no turn:', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] }));

  test.each([
    ['behind all others', 'grace'],
    ['behind another of the user', 'ada'],
  ])('%s', async (_where, user) => {
    const { started, add, end } = pieces(new SnapshotTurns(2, 1000));
    const hers = add('ada', 'hers');
    const late = expect(add(user, 'late')).rejects.toMatchObject({ code: 'RATE_LIMITED' });

    await jest.advanceTimersByTimeAsync(1000);
    await late;

    void add('hedy', 'next');
    end('hers');
    await hers;
    await nextTurn();
    expect(started).toEqual(['hers', 'next']);
  });
});
