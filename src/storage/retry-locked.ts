import { failureOf } from './failures.ts';
import { otherNodeMs } from './timeouts.ts';

interface RetryLimits {
  /** By the monotonic clock. */
  giveUpAt: number;
  /** Whether another attempt would fail too. */
  isPointless?: () => boolean;
}

/** Runs `work` again while another transaction holds a lock that it needs, or made PostgreSQL roll it back. */
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

/** Runs work of the start that all nodes do: a node that finds another at it waits for that, for 30 seconds at most. */
export function waitForOtherNodes<Result>(work: () => Promise<Result>): Promise<Result> {
  return retryLocked(work, { giveUpAt: performance.now() + otherNodeMs });
}

function isRetryable(error: unknown): boolean {
  return ['TIMED_OUT', 'CONFLICT'].includes(failureOf(error) ?? '');
}
