import type { ExecutionResult } from 'graphql';

/**
 * Starts work and returns a function that stops it. Calls `onEnd` when the work ends by itself, with the error if it
 * failed.
 */
export type Work = (onEnd: (error?: unknown) => void) => () => void;

/**
 * Returns an iterator that yields no results. The first `next` starts the work. The iterator ends when the work ends, or
 * when its consumer calls `return`. `release` is called at the end, even if the work was never started.
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
