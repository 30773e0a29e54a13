import type { Document } from './api.ts';
import type { Core } from './core.ts';
import type { ParleyError } from './errors.ts';

/** Executes a query over the WebSocket until it is answered, over connections that are lost, and faults that pass. */
export async function persist<D, V>(
  core: Core,
  document: Document<D, V>,
  variables: V,
  signal = core.ended,
): Promise<D> {
  for (let failures = 0; ; failures++) {
    try {
      return await core.execute(document, variables, { timeoutMs: 15_000, signal });
    } catch (error) {
      if (signal.aborted) throw error;
      const ms = pauseAfter(error as ParleyError, failures);
      if (ms === null) throw error;
      await pause(core, ms, signal);
    }
  }
}

const passing = new Set(['INTERNAL', 'TIMEOUT', 'UNAUTHENTICATED']);

/** Returns after how many milliseconds to ask again; null if that is of no use. */
function pauseAfter({ code, retryAfterMs }: ParleyError, failures: number): number | null {
  if (code === 'NETWORK') return 0; // it waits for the next connection by itself
  if (code === 'RATE_LIMITED') return retryAfterMs ?? 1000;
  return passing.has(code) ? Math.min(20_000, 1000 * 2 ** failures) : null;
}

function pause(core: Core, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = core.clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
