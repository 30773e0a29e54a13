/** The time until the next check after one that failed. */
export const retryMs = 1000;

interface RegularCheckOptions {
  /** Does what is due, and returns in how many ms something else is; at most `everyMs` is waited. */
  check: () => Promise<number>;
  /** The longest time between two checks. */
  everyMs: number;
  /** Called if a check rejects. The next one follows soon. */
  onError: (error: unknown) => void;
}

/** Checks at once, regularly, and when something new becomes due. Two checks never run together. */
export class RegularCheck {
  readonly #options: RegularCheckOptions;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by the monotonic clock. */
  #wakesAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: RegularCheckOptions) {
    this.#options = options;
    this.wakeIn(0);
  }

  /** Sets the timer, unless it fires earlier anyway. */
  wakeIn(delayMs: number): void {
    const ms = Math.min(Math.max(0, delayMs), this.#options.everyMs);
    const wakesAt = performance.now() + ms;
    if (this.#isClosed || wakesAt >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = wakesAt;
    this.#timer = setTimeout(() => this.#wake(), ms).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #wake(): void {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    // The check that is under way may have begun before something became due.
    if (this.#running) this.wakeIn(retryMs);
    else this.#running = this.#checkAndSleep();
  }

  async #checkAndSleep(): Promise<void> {
    const { check, onError } = this.#options;
    const nextMs = await check().catch((error: unknown) => {
      onError(error);
      return retryMs;
    });
    this.#running = null;
    this.wakeIn(nextMs);
  }
}
