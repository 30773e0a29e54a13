/** For how long faults may last. Most outages are over by then, and clients need not do anything about them. */
export const patienceMs = 60_000;

const pauseMs = 500;
const longestPauseMs = 5000;

/** How long to wait before each further attempt at what fails for faults, and when to give up. */
export class Retries {
  #failingSince: number | null = null;
  #pauseMs = 0;

  succeeded(): void {
    this.#failingSince = null;
    this.#pauseMs = 0;
  }

  /** Milliseconds to wait before the next attempt; null once it has failed for too long. */
  failed(): number | null {
    const now = Date.now();
    this.#failingSince ??= now;
    if (now - this.#failingSince >= patienceMs) return null;
    this.#pauseMs = Math.min(longestPauseMs, Math.max(pauseMs, 2 * this.#pauseMs));
    return this.#pauseMs;
  }
}
