import { onAbort } from './deadline.ts';

interface Receiver<T> {
  next(value: T): void;
  error(error: unknown): void;
  complete(): void;
}

/**
 * Iterates over what a subscription sends. It starts with the first `next`, and ends with the loop. When the client is
 * disposed, the loop ends without an error, as that of `room.events()` does.
 */
export function iterate<T>(
  subscribe: (sink: Receiver<T>) => () => void,
  signal?: AbortSignal,
): AsyncIterableIterator<T> {
  const values: T[] = [];
  let end: (() => void) | undefined;
  let isOver = false;
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  let unlisten = () => {};
  const finish = (error?: unknown) => {
    if (isOver) return;
    isOver = true;
    if (error && (error as { code?: unknown }).code !== 'DISPOSED') failure = { error };
    unlisten();
    wake();
  };
  const stop = () => {
    finish();
    end?.();
  };
  const start = () => {
    unlisten = onAbort(signal, stop);
    if (isOver) return () => {};
    return subscribe({
      next: (value) => {
        values.push(value);
        wake();
      },
      error: finish,
      complete: () => finish(),
    });
  };
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      end ??= start();
      for (;;) {
        if (values.length > 0) return { value: values.shift()!, done: false };
        const thrown = failure;
        failure = undefined;
        if (thrown) throw thrown.error;
        if (isOver) return { value: undefined, done: true };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async return() {
      values.length = 0;
      stop();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
