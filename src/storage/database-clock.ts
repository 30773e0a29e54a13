import type { Query } from './pool.ts';

/** How often the clocks are compared. */
const compareMs = 60_000;

/** Compares the clock of the database with the clock of this process. */
export class DatabaseClock {
  readonly #query: Query;
  readonly #timer: NodeJS.Timeout;
  /** How far it is ahead of the monotonic clock. Until the first answer, the clock of the process stands for it. */
  #aheadMs = performance.timeOrigin;

  constructor(query: Query) {
    this.#query = query;
    this.#timer = setInterval(() => void this.#compare(), compareMs).unref();
    void this.#compare();
  }

  /** Returns how long ago an instant of the database's clock was, in seconds. */
  secondsSince(instant: Date): number {
    return Math.max(0, performance.now() + this.#aheadMs - instant.getTime()) / 1000;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #compare(): Promise<void> {
    const askedAt = performance.now();
    // Without an answer, the last comparison stays valid.
    const [row] = await this.#query<{ now: Date }>('clock', 'SELECT clock_timestamp() AS now', []).catch(() => []);
    if (row) this.#aheadMs = row.now.getTime() - (askedAt + performance.now()) / 2;
  }
}
