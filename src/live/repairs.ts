import { setTimeout as pause } from 'node:timers/promises';

/**
 * Reads what a feed lacks. Calls `answered` with true when the log has answered, and with false when it fails or is late.
 */
type Fill = (answered: (hasAnswered: boolean) => void) => Promise<void>;

/** The time before a reading that threw an error is repeated. */
const retryMs = 1000;

/** Runs the readings that fill a feed's gaps, one at a time. */
export class Repairs {
  readonly #fill: Fill;
  readonly #onError: (error: unknown) => void;
  #running = Promise.resolve();
  #next: Promise<void> | null = null;
  /** Whether the log failed when it was last read, or has not answered yet. */
  #isLogFailing = false;
  readonly #onLogFailing = new Set<() => void>();

  /**
   * `onError` is called with each error that a reading throws. To those who `tryRun`, the log has not answered then; the
   * reading is repeated after a second, until one ends.
   */
  constructor(fill: Fill, onError: (error: unknown) => void) {
    this.#fill = fill;
    this.#onError = onError;
  }

  /** Resolves when a reading that began after this call has ended without an error. Never rejects. */
  run(): Promise<void> {
    // A reading that is running may miss events that were committed before this call. The next reading serves all calls
    // that are made before it begins.
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      this.#running = this.#read();
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

  async #read(): Promise<void> {
    for (let hasEnded = false; !hasEnded; ) {
      try {
        await this.#fill((hasAnswered) => this.#answered(hasAnswered));
        hasEnded = true;
      } catch (error) {
        this.#answered(false);
        this.#onError(error);
        await pause(retryMs);
      }
    }
  }

  #answered(hasAnswered: boolean): void {
    this.#isLogFailing = !hasAnswered;
    if (hasAnswered) return;
    for (const giveUp of this.#onLogFailing) giveUp();
    this.#onLogFailing.clear();
  }
}
