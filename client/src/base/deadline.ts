import type { Clock } from './clock.ts';
import { ParleyError } from './errors.ts';

/** Settles as the work does, but rejects with `TIMEOUT` if that takes longer. */
export function within<T>(clock: Clock, ms: number, work: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new ParleyError({ code: 'TIMEOUT' })));
    Promise.resolve(work).finally(cancel).then(resolve, reject);
  });
}

/** Calls `work` when the signal is aborted, at once if it is already, until the returned function is called. */
export function onAbort(signal: AbortSignal | undefined, work: () => void): () => void {
  if (signal?.aborted) work();
  signal?.addEventListener('abort', work);
  return () => signal?.removeEventListener('abort', work);
}
