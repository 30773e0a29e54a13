import { failureOf } from './failures.ts';

/** How long a start waits for another node that does the same. */
const startPatienceMs = 30_000;

interface Limits {
  /** By the monotonic clock. */
  givingUpAt: number;
  /** Whether another attempt would be in vain. */
  isInVain?: () => boolean;
}

/** Does some work, and again while somebody else holds what it needs or it gave way to them. */
export async function triedAgain<Result>(
  work: () => Promise<Result>,
  { givingUpAt, isInVain = () => false }: Limits,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isWorthRepeating(error) || isInVain() || performance.now() > givingUpAt) throw error;
    }
  }
}

/** Does what nodes that start at the same moment do all of them, and where the second waits for the first. */
export function onceOfAllNodes<Result>(work: () => Promise<Result>): Promise<Result> {
  return triedAgain(work, { givingUpAt: performance.now() + startPatienceMs });
}

function isWorthRepeating(error: unknown): boolean {
  return ['TIMED_OUT', 'CONFLICT'].includes(failureOf(error) ?? '');
}
