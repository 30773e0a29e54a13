/** Runs work with the same key one after the other, in the order in which it was added; other keys do not wait. */
export class KeyedMutex<Key> {
  /** For each key for which work runs: functions that start the work that waits. */
  readonly #waiting = new Map<Key, (() => void)[]>();

  /** Runs `work` when all earlier work with this key is done, synchronously if there is none. Settles as `work` does. */
  async run<Result>(key: Key, work: () => Promise<Result>): Promise<Result> {
    const waiting = this.#waiting.get(key);
    if (waiting) await new Promise<void>((start) => waiting.push(start));
    else this.#waiting.set(key, []);
    try {
      return await work();
    } finally {
      const start = this.#waiting.get(key)?.shift();
      // Starts the next work directly, so that work that is added in between cannot overtake it.
      if (start) start();
      else this.#waiting.delete(key);
    }
  }
}
