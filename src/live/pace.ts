/**
 * How long events are gathered under load: sending one event costs a socket nearly as much as sending twenty. After a
 * pause there is no delay. 4 ms: measured with bench/fan-out.
 */
const windowMs = 4;

/** Decides when an audience sends: one piece of work at a time, and at most once in a short window. */
export class Pace {
  /** Whether there is something to flush. */
  readonly #hasMore: () => boolean;
  readonly #flush: () => Promise<unknown>;
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  #sentAt = 0;

  constructor({ hasMore, flush }: { hasMore: () => boolean; flush: () => Promise<unknown> }) {
    this.#hasMore = hasMore;
    this.#flush = flush;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** When something was sent last, in ms. */
  get sentAt(): number {
    return this.#sentAt;
  }

  noteSent(): void {
    this.#sentAt = performance.now();
  }

  /** Flushes now, or at the end of the window. */
  flushSoon(): void {
    if (this.#isBusy || this.#timer || !this.#hasMore()) return;
    const waitMs = this.#sentAt + windowMs - performance.now();
    if (waitMs <= 0) return void this.run(this.#flush);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.run(this.#flush);
    }, waitMs);
  }

  /** Does the work. Soon after it, flushes what has arrived meanwhile. */
  async run(work: () => Promise<unknown>): Promise<void> {
    this.#isBusy = true;
    try {
      await work();
    } finally {
      this.#isBusy = false;
      this.noteSent();
      this.flushSoon();
    }
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
