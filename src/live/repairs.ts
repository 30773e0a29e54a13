/**
 * Reads what a feed lacks. Calls `answered` with true when the log has answered, and with false when it fails or is late.
 */
type Fill = (answered: (hasAnswered: boolean) => void) => Promise<void>;

/** Runs the readings that fill a feed's gaps, one at a time. */
export class Repairs {
  readonly #fill: Fill;
  readonly #onError: (error: unknown) => void;
  #running = Promise.resolve();
  #next: Promise<void> | null = null;
  /** Whether the log failed when it was last read, or has not answered yet. */
  #isLogFailing = false;
  readonly #onLogFailing = new Set<() => void>();

  /** `onError` is called with the error of each reading that fails; to those who wait, the log has not answered. */
  constructor(fill: Fill, onError: (error: unknown) => void) {
    this.#fill = fill;
    this.#onError = onError;
  }

  /** Resolves when a reading that began after this call has ended. Never rejects. */
  run(): Promise<void> {
    // A reading that is running may miss events that were committed before this call. The next reading serves all calls
    // that are made before it begins.
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      this.#running = this.#fill((hasAnswered) => this.#answered(hasAnswered)).catch((error: unknown) => {
        this.#answered(false);
        this.#onError(error);
      });
      return this.#running;
    });
    return this.#next;
  }

  /** Runs as `run` does, but resolves to false as soon as the log fails or is late. */
  tryRun(): Promise<boolean> {
    if (this.#isLogFailing) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = () => resolve(false);
      this.#onLogFailing.add(giveUp);
      void this.run().then(() => {
        this.#onLogFailing.delete(giveUp);
        resolve(true);
      });
    });
  }

  #answered(hasAnswered: boolean): void {
    this.#isLogFailing = !hasAnswered;
    if (hasAnswered) return;
    for (const giveUp of this.#onLogFailing) giveUp();
    this.#onLogFailing.clear();
  }
}
