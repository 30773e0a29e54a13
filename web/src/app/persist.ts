import { ParleyError } from 'parley-client';

const firstMs = 500;
const mostMs = 10_000;

/**
 * Asks until there is an answer or a refusal for good. After a fault that passes, it asks again: later and later, not before the
 * server wants, and at once when the network is back.
 */
export async function persist<D>(ask: () => Promise<D>, signal: AbortSignal): Promise<D> {
  for (let failures = 0; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted || !(error instanceof ParleyError && error.retryable)) throw error;
      await pause(Math.max(waitMs(failures), error.retryAfterMs ?? 0), signal);
      signal.throwIfAborted();
    }
  }
}

/** Pages that a fault has hit at the same time do not all come back at the same time. */
function waitMs(failures: number): number {
  const most = navigator.onLine ? Math.min(mostMs, firstMs * 2 ** failures) : mostMs;
  return (most * (1 + Math.random())) / 2;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
