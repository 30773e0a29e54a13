import { beforeEach, expect, jest, test } from '@jest/globals';
import { silentResults } from '../../src/sharing/silent-results.ts';

const release = jest.fn();
const stop = jest.fn();
beforeEach(() => {
  release.mockClear();
  stop.mockClear();
});

test('work starts when the first result is asked for, and only once', () => {
  const work = jest.fn(() => stop);
  const results = silentResults(work, release);
  expect(work).not.toHaveBeenCalled();

  void results.next();
  void results.next();

  expect(work).toHaveBeenCalledTimes(1);
});

test('the iterator ends with the work, and everything is released', async () => {
  let end: (error?: unknown) => void = () => {};
  const results = silentResults((onEnd) => {
    end = onEnd;
    return stop;
  }, release);

  const next = results.next();
  end();

  expect(await next).toEqual({ value: undefined, done: true });
  expect([stop.mock.calls.length, release.mock.calls.length]).toEqual([1, 1]);
});

test('the error that ended the work is the error of the iterator', async () => {
  const results = silentResults((onEnd) => {
    setImmediate(() => onEnd(new Error('no room')));
    return stop;
  }, release);

  await expect(results.next()).rejects.toThrow('no room');
});

test('a consumer that returns it before the start only releases it', async () => {
  const work = jest.fn(() => stop);

  await silentResults(work, release).return?.();

  expect(work).not.toHaveBeenCalled();
  expect(release).toHaveBeenCalledTimes(1);
});
