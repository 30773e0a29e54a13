/** Times and timers; tests give their own. */
export interface Clock {
  now(): number;
  /** Calls `work` after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, work: () => void): () => void;
}

/** The longest that `setTimeout` waits; anything longer fires at once. */
const longestMs = 2 ** 31 - 1;
const dayMs = 86_400_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(ms, longestMs));
    return () => clearTimeout(timer);
  },
};

/** Whether this is a time in milliseconds that a `Date` can have. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

/** Returns how long a server tells the client to wait, at most `most`; undefined if what it says is no time to wait. */
export function waitOf(value: unknown, most = dayMs): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(value, most) : undefined;
}

/** Returns a clock whose timers end with `ended`: what sets a timer need not think of that. */
export function clockUntil(ended: AbortSignal, clock: Clock): Clock {
  const cancels = new Set<() => void>();
  ended.addEventListener('abort', () => {
    for (const cancel of cancels) cancel();
  });
  return {
    now: () => clock.now(),
    after(ms, work) {
      if (ended.aborted) return () => {};
      const stop = clock.after(ms, () => {
        cancels.delete(cancel);
        work();
      });
      const cancel = () => {
        cancels.delete(cancel);
        stop();
      };
      cancels.add(cancel);
      return cancel;
    },
  };
}

/** Sets what is to be done next, in place of what was set before; without arguments, nothing. */
export type Alarm = (ms?: number, work?: () => void) => void;

export function createAlarm(clock: Clock): Alarm {
  let cancel = () => {};
  return (ms, work) => {
    cancel();
    if (ms !== undefined && work) cancel = clock.after(ms, work);
  };
}
