import type { Clock } from './clock.ts';
import { disposed, noAnswer } from './errors.ts';

/** Settles as the work does, but rejects with `TIMEOUT` if that takes longer. */
export function within<T>(clock: Clock, ms: number, work: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(noAnswer()));
    Promise.resolve(work).finally(cancel).then(resolve, reject);
  });
}

/**
 * The same, but rejects with `DISPOSED` when the client ends, and as `signal` says once that is aborted. In all three cases
 * the work is told by its own signal to stop, and nobody waits until it has.
 */
export async function withinLife<T>(
  { clock, ended }: { readonly clock: Clock; readonly ended: AbortSignal },
  ms: number,
  work: (aborted: AbortSignal) => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const aborter = new AbortController();
  let stops: (() => void)[] = [];
  try {
    return await new Promise<T>((resolve, reject) => {
      stops = [
        clock.after(ms, () => reject(noAnswer())),
        onAbort(ended, () => reject(disposed())),
        onAbort(signal, () => reject(signal?.reason)),
      ];
      // Not `resolve(work)`: nothing else could settle it any more.
      Promise.resolve(work(aborter.signal)).then(resolve, reject);
    });
  } catch (error) {
    aborter.abort();
    throw error;
  } finally {
    for (const stop of stops) stop();
  }
}

/** Calls `work` when the signal is aborted, at once if it is already, until the returned function is called. */
export function onAbort(signal: AbortSignal | undefined, work: () => void): () => void {
  if (signal?.aborted) work();
  signal?.addEventListener('abort', work);
  return () => signal?.removeEventListener('abort', work);
}
