/** How long faults may last. Most outages are shorter, and clients do not notice them. */
const patienceMs = 60_000;

const usualPauses = { firstMs: 500, longestMs: 5000 };

/** Decides how long to wait before each further attempt after a fault, and when to give up. */
export class Retries {
  readonly #pauses: typeof usualPauses;
  #failingSince: number | null = null;
  #pauseMs = 0;

  constructor(pauses = usualPauses) {
    this.#pauses = pauses;
  }

  succeeded(): void {
    this.#failingSince = null;
    this.#pauseMs = 0;
  }

  /** Returns the milliseconds to wait before the next attempt; null once attempts have failed for too long. */
  failed(): number | null {
    const now = performance.now();
    this.#failingSince ??= now;
    if (now - this.#failingSince >= patienceMs) return null;
    this.#pauseMs = Math.min(this.#pauses.longestMs, Math.max(this.#pauses.firstMs, 2 * this.#pauseMs));
    return this.#pauseMs;
  }
}
