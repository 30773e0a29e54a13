/** What happens to work that waits for too long, or behind too much other work. */
export interface WaitLimits {
  maxWaiting: number;
  maxWaitMs: number;
  /** Creates the error with which refused work rejects. */
  refusal: (reason: 'too many' | 'too late') => Error;
}

interface Waiter {
  start(): void;
  refuse(error: unknown): void;
}

/**
 * Runs at most `limit` pieces of work at a time, in the order in which they were added; work that need not wait starts
 * synchronously. Without `waitLimits`, work waits for as long as necessary.
 */
export class Semaphore {
  readonly #limit: number;
  readonly #waitLimits: WaitLimits | null;
  readonly #onIdle: (() => void) | null;
  readonly #waiting: Waiter[] = [];
  #running = 0;

  /** `onIdle`: called each time that no work is left. */
  constructor(limit: number, waitLimits: WaitLimits | null = null, onIdle: (() => void) | null = null) {
    this.#limit = limit;
    this.#waitLimits = waitLimits;
    this.#onIdle = onIdle;
  }

  /** Whether no work runs or waits. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Runs `work` when it is its turn, and settles as it does. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limit) this.#running += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Starts the next work directly, so that work that is added in between cannot overtake it.
      if (next) next.start();
      else this.#leave();
    }
  }

  #leave(): void {
    this.#running -= 1;
    if (this.isIdle) this.#onIdle?.();
  }

  /** Rejects all work that waits. */
  refuseWaiting(error: unknown): void {
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(error);
  }

  async #turn(): Promise<void> {
    const limits = this.#waitLimits;
    if (!limits) return new Promise((start, refuse) => this.#waiting.push({ start, refuse }));
    if (this.#waiting.length >= limits.maxWaiting) throw limits.refusal('too many');
    let timer: NodeJS.Timeout | undefined;
    const turn = new Promise<void>((start, refuse) => {
      const waiter = { start, refuse };
      this.#waiting.push(waiter);
      timer = setTimeout(() => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        refuse(limits.refusal('too late'));
      }, limits.maxWaitMs);
    });
    return turn.finally(() => clearTimeout(timer));
  }
}
