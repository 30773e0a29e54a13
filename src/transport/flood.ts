/** How many useless messages a peer may send in a minute. */
const perMinute = 1000;
const minuteMs = 60_000;

/** Counts the useless messages of a peer: refused operations, pings, the end of operations that have ended. */
export class Flood {
  #count = 0;
  #countingSince = 0;

  /** Counts one more; returns whether there are too many. */
  note(now = performance.now()): boolean {
    if (now - this.#countingSince >= minuteMs) {
      this.#countingSince = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count > perMinute;
  }
}
