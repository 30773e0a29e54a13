import { failureOf } from './failures.ts';
import { otherNodeMs } from './timeouts.ts';

interface RetryLimits {
  /** When to give up, by the monotonic clock. */
  giveUpAt: number;
  /** Whether another attempt would fail too. */
  isPointless?: () => boolean;
}

/**
 * Runs `work`, and runs it again each time that it fails because another transaction holds a lock or because PostgreSQL
 * preferred that transaction.
 */
export async function retryLocked<Result>(
  work: () => Promise<Result>,
  { giveUpAt, isPointless = () => false }: RetryLimits,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || isPointless() || performance.now() > giveUpAt) throw error;
    }
  }
}

/** Runs work that every node does when it starts. If another node is doing it, waits for that node, at most 30 seconds. */
export function waitForOtherNodes<Result>(work: () => Promise<Result>): Promise<Result> {
  return retryLocked(work, { giveUpAt: performance.now() + otherNodeMs });
}

function isRetryable(error: unknown): boolean {
  return ['TIMED_OUT', 'CONFLICT'].includes(failureOf(error) ?? '');
}
