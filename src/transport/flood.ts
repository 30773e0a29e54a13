/** How often in a minute a peer may send what is refused or serves nothing. */
const perMinute = 1000;
const minuteMs = 60_000;

/** Counts what a peer sends for nothing: refused operations, pings, the end of what has ended. */
export class Flood {
  #count = 0;
  #countingSince = 0;

  /** Counts one more. Returns whether that is too many. */
  note(now = Date.now()): boolean {
    if (now - this.#countingSince >= minuteMs) {
      this.#countingSince = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count > perMinute;
  }
}
