/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Counts latencies in steps of `stepMs`, so that half a million of them need little memory and no sorting. */
export class Histogram {
  #stepMs = 0.05;
  #counts = new Uint32Array(1_200_000); // up to a minute
  #total = 0;

  /** @param {number} ms */
  add(ms) {
    const index = Math.min(Math.max(0, Math.floor(ms / this.#stepMs)), this.#counts.length - 1);
    this.#counts[index]++;
    this.#total++;
  }

  get total() {
    return this.#total;
  }

  /** Returns a percentile in ms; NaN if nothing was added. @param {number} share such as 0.99 */
  percentile(share) {
    let below = 0;
    for (const [index, count] of this.#counts.entries()) {
      below += count;
      if (count > 0 && below >= share * this.#total) return (index + 1) * this.#stepMs;
    }
    return Number.NaN;
  }
}
