import { beforeEach, expect, test } from '@jest/globals';
import { exclusiveChanges, type RunExclusive } from '../../src/storage/exclusive-changes.ts';
import { NotDoneError } from '../../src/storage/failures.ts';
import { pieces } from '../support/pieces.ts';

const lockTimeout = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });

let runExclusive: RunExclusive;
beforeEach(() => {
  runExclusive = exclusiveChanges(2);
});

test('changes of one room run one after the other, and two at a time of all rooms', async () => {
  const { started, add, end } = pieces({ run: (key, work) => runExclusive(key, work) });
  const all = [add('tea', 'one'), add('tea', 'two'), add('coffee', 'three'), add('cocoa', 'four')];
  expect(started).toEqual(['one', 'three']);

  for (const name of ['one', 'three', 'four', 'two']) {
    end(name);
    await new Promise(setImmediate);
  }
  await Promise.all(all);

  expect(started).toEqual(['one', 'three', 'four', 'two']);
});

test('a change that finds the room locked is retried', async () => {
  let attempts = 0;

  const change = runExclusive('tea', async (locked) => {
    attempts += 1;
    if (attempts < 3) throw lockTimeout;
    locked();
    return 'done';
  });

  expect(await change).toBe('done');
  expect(attempts).toBe(3);
});

test('a change that finds another lock lets other changes of the room run before its next attempt', async () => {
  const order: string[] = [];
  const blocked = runExclusive('tea', async (locked) => {
    locked();
    order.push('blocked');
    await new Promise(setImmediate);
    if (!order.includes('other')) throw lockTimeout;
  });

  const other = runExclusive('tea', async (locked) => {
    locked();
    order.push('other');
  });
  await Promise.all([blocked, other]);

  expect(order).toEqual(['blocked', 'other', 'blocked']);
});

test('if the database refuses a change, the changes that wait for the same room fail too, and no others', async () => {
  const failure = new NotDoneError('no connection');
  const failing = runExclusive('tea', async () => {
    await new Promise(setImmediate);
    throw failure;
  });
  const waiting = runExclusive('tea', async () => 'tea');
  const other = runExclusive('coffee', async () => 'coffee');

  const outcomes = await Promise.allSettled([failing, waiting, other]);

  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason))).toEqual([
    failure,
    failure,
    'coffee',
  ]);
});

test('an error that concerns one change alone does not fail the changes behind it', async () => {
  const failing = runExclusive('tea', async () => {
    await new Promise(setImmediate);
    throw new Error('ROOM_NOT_FOUND');
  });
  const waiting = runExclusive('tea', async () => 'done');

  await expect(failing).rejects.toThrow('ROOM_NOT_FOUND');
  expect(await waiting).toBe('done');
});
