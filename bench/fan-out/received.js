/** Records which messages a reader has received; their numbers begin at 1. */
export class Received {
  count = 0;
  /** Number of repeated deliveries. */
  repeated = 0;
  #seen = new Uint8Array(256);

  /** @param {number} number */
  add(number) {
    if (number >= this.#seen.length) {
      const larger = new Uint8Array(2 * number);
      larger.set(this.#seen);
      this.#seen = larger;
    }
    if (this.#seen[number]) this.repeated += 1;
    else this.count += 1;
    this.#seen[number] = 1;
  }

  /** Returns whether each message from 1 to `last` arrived exactly once. @param {number} last */
  isExactly(last) {
    return this.repeated === 0 && this.count === last && (last === 0 || this.#seen.lastIndexOf(1) === last);
  }
}
