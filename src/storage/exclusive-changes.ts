import { KeyedMutex } from '../base/keyed-mutex.ts';
import { Semaphore, type WaitLimits } from '../base/semaphore.ts';
import { failureOf, NotDoneError } from './failures.ts';
import { retryLocked } from './retry-locked.ts';
import { lockRetryMs, turnMs } from './timeouts.ts';

const waitLimits: WaitLimits = {
  maxWaiting: 10_000,
  maxWaitMs: turnMs,
  refusal: (reason) =>
    new NotDoneError(
      reason === 'too many' ? 'Too many changes are waiting.' : 'Too many changes came before this one.',
    ),
};

/** A change, which calls `locked` once its transaction holds the lock of its key. */
type Change<Result> = (locked: () => void) => Promise<Result>;

/** Runs a change when no other change with the same key runs. */
export type RunExclusive = <Result>(key: string, change: Change<Result>) => Promise<Result>;

interface Progress {
  /** Whether the latest attempt held the lock of the key. */
  hasLock: boolean;
  /** When to give up, by the monotonic clock; null before the first turn. */
  giveUpAt: number | null;
}

/**
 * Runs changes with the same key one after the other, in order, and at most `atOnce` changes at a time, so that they
 * never use all connections. Rejects with NotDoneError if a change waits for too long or behind too many others. A change
 * that meets a lock is retried for a while. Between its attempts, changes with other keys run; if the change already held
 * the lock of its key, changes with the same key run too. A change that cannot get the lock of its key, or gets no answer
 * from the database, fails together with all changes that wait for the key.
 */
export function exclusiveChanges(atOnce: number): RunExclusive {
  const mutex = new KeyedMutex<string>(waitLimits);
  const running = new Semaphore(atOnce, waitLimits);

  async function attempt<Result>(key: string, change: Change<Result>, progress: Progress): Promise<Result> {
    progress.giveUpAt ??= performance.now() + lockRetryMs;
    const locked = () => {
      progress.hasLock = true;
    };
    const limits = { giveUpAt: progress.giveUpAt, isPointless: () => progress.hasLock };
    try {
      return await retryLocked(() => running.run(() => change(locked)), limits);
    } catch (error) {
      if (!progress.hasLock && concernsAll(error)) mutex.refuseWaiting(key, error);
      throw error;
    }
  }

  return async (key, change) => {
    const progress: Progress = { hasLock: false, giveUpAt: null };
    const isPointless = () => !progress.hasLock || performance.now() > (progress.giveUpAt ?? 0);
    const inTurn = () => {
      progress.hasLock = false;
      return mutex.run(key, () => attempt(key, change, progress));
    };
    return retryLocked(inTurn, { giveUpAt: Number.POSITIVE_INFINITY, isPointless });
  };
}

/** Returns whether nothing was done, for a reason that applies to all changes with the same key. */
function concernsAll(error: unknown): boolean {
  return ['TIMED_OUT', 'NOT_DONE'].includes(failureOf(error) ?? '');
}
