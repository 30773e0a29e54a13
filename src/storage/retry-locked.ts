import { failureOf } from './failures.ts';
import { otherNodeMs } from './timeouts.ts';

/**
 * Runs `work`, and runs it again each time that it fails because another transaction holds a lock or because PostgreSQL
 * preferred that transaction. Rejects with the last failure after `forMs`.
 */
export async function retryLocked<Result>(work: () => Promise<Result>, forMs: number): Promise<Result> {
  const giveUpAt = performance.now() + forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || performance.now() > giveUpAt) throw error;
    }
  }
}

/** Runs work that every node does when it starts. If another node is doing it, waits for that node, at most 30 seconds. */
export function waitForOtherNodes<Result>(work: () => Promise<Result>): Promise<Result> {
  return retryLocked(work, otherNodeMs);
}

function isRetryable(error: unknown): boolean {
  return ['TIMED_OUT', 'CONFLICT'].includes(failureOf(error) ?? '');
}
