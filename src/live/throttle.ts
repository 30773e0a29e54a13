/**
 * Runs a task when it is asked to: at once, but not again before `intervalMs` have passed, and never twice at a time. All
 * calls in between lead to one run. A run that fails is repeated after the same interval.
 */
export class Throttle {
  readonly #intervalMs: number;
  readonly #task: () => Promise<void>;
  #isCalled = false;
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(intervalMs: number, task: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#task = task;
  }

  /**
   * Runs the task for the first time. Calls during this run lead to one more run. If the task fails, rejects without a
   * retry.
   */
  async begin(): Promise<void> {
    this.#isBusy = true;
    await this.#task();
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
    await this.#task().catch(() => {
      this.#isCalled = true;
    });
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#isBusy = false;
      void this.#run();
    }, this.#intervalMs);
  }
}
