/**
 * Does a work when it is called for: at once, but not again before `intervalMs` have passed, and never twice at a time.
 * Calls that come meanwhile are one. A failure is tried again after the same time.
 */
export class Paced {
  readonly #intervalMs: number;
  readonly #work: () => Promise<void>;
  #isCalled = false;
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(intervalMs: number, work: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#work = work;
  }

  /**
   * Does the work for the first time; what calls for it meanwhile has it done once more afterwards, never beside it. Rejects
   * if it fails, and does not try again.
   */
  async begin(): Promise<void> {
    this.#isBusy = true;
    await this.#work();
    this.#isBusy = false;
    void this.#run();
  }

  call(): void {
    this.#isCalled = true;
    if (!this.#isBusy) void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (!this.#isCalled || this.#isClosed) return;
    this.#isCalled = false;
    this.#isBusy = true;
    await this.#work().catch(() => {
      this.#isCalled = true;
    });
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#isBusy = false;
      void this.#run();
    }, this.#intervalMs);
  }
}
