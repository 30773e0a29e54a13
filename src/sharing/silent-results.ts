import type { ExecutionResult } from 'graphql';

/** Starts something and returns what stops it. `onEnd` is to be called when it ends by itself, with the error if it failed. */
export type Work = (onEnd: (error?: unknown) => void) => () => void;

/**
 * Returns an iterator without results: it starts the work when it is first asked for one, and ends with the work or when its
 * consumer returns it. `release` is called at the end, also if the work was never started.
 */
export function silentResults(work: Work, release: () => void): AsyncIterableIterator<ExecutionResult> {
  let stop: (() => void) | null = null;
  let settle: (error?: unknown) => void = () => {};
  const ended = new Promise<IteratorResult<ExecutionResult>>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve({ value: undefined, done: true }));
  });
  const end = (error?: unknown) => {
    stop?.();
    release();
    settle(error);
  };
  const results: AsyncIterableIterator<ExecutionResult> = {
    next: () => {
      stop ??= work(end);
      return ended;
    },
    return: async () => {
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}
