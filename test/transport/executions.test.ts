import { beforeEach, describe, expect, test } from '@jest/globals';
import { Executions } from '../../src/transport/executions.ts';

let hasRoom: boolean;
let drain: () => void;
let started: string[];
let executions: Executions;
beforeEach(() => {
  hasRoom = true;
  started = [];
  drain = () => {};
  executions = new Executions({
    hasRoomFor: () => hasRoom,
    drained: () =>
      new Promise<void>((resolve) => {
        drain = resolve;
      }),
  });
});

/** Operations of a cost ask for their turn, one after the other. Resolves when those that may have started. */
async function enter(cost: number, ...ids: string[]): Promise<void> {
  for (const id of ids) void Promise.resolve(executions.enter(id, cost)).then(() => started.push(id));
  await new Promise(setImmediate);
}

async function leave(...ids: string[]): Promise<void> {
  for (const id of ids) executions.leave(id);
  await new Promise(setImmediate);
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

describe('as many operations start at once as their costs allow:', () => {
  test('two hundred small ones', async () => {
    await enter(20, ...numbered(200));

    expect(started).toEqual(numbered(200));
  });

  test('a few larger ones, and the next when one of them is answered', async () => {
    await enter(1500, 'a', 'b', 'c');
    expect(started).toEqual(['a', 'b']);

    await leave('a');

    expect(started).toEqual(['a', 'b', 'c']);
  });

  test('a very large one alone', async () => {
    await enter(50_000, 'large', 'larger');
    await enter(1, 'small');
    expect(started).toEqual(['large']);

    await leave('large');
    expect(started).toEqual(['large', 'larger']);
    await leave('larger');

    expect(started).toEqual(['large', 'larger', 'small']);
  });
});

test('the order is kept: a small execution waits behind a large one that waits', async () => {
  await enter(3000, 'a', 'b');
  await enter(1, 'small');
  expect(started).toEqual(['a']);

  await leave('a');

  expect(started).toEqual(['a', 'b', 'small']);
});

test('nothing starts while answers are unread; when they are read, everything that waits starts', async () => {
  hasRoom = false;
  await enter(1, 'a', 'b');
  expect(started).toEqual([]);

  hasRoom = true;
  drain();
  await new Promise(setImmediate);

  expect(started).toEqual(['a', 'b']);
});

test('leaving twice, or without entering, releases nothing of others', async () => {
  await enter(2500, 'a', 'b', 'c');

  await leave('a', 'a', 'nobody');

  expect(started).toEqual(['a', 'b']);
});

test('at the end, all waiting executions are released', async () => {
  hasRoom = false;
  await enter(1, 'a');

  executions.close();
  await new Promise(setImmediate);

  expect(started).toEqual(['a']);
});
