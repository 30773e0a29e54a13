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
