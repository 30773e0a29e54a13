/** Times and timers; tests give their own. */
export interface Clock {
  now(): number;
  /** Calls `work` after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

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
