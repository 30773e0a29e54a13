/** Lets a number of pieces of work run at a time; the others wait in the order in which they were added. */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Runs `work` when it is its turn. Rejects with `late()` at the time `latest` (of `performance`) if it still waits then. */
  async run<Result>(work: () => Promise<Result>, latest: number, late: () => Error): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await this.#turn(latest, late);
    try {
      return await work();
    } finally {
      const [start] = this.#waiting;
      // Passes the turn on directly, so that work that is added in between cannot overtake.
      if (start) start();
      else this.#running -= 1;
    }
  }

  #turn(latest: number, late: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(start);
        settle();
      };
      const start = () => end(resolve);
      const timer = setTimeout(() => end(() => reject(late())), latest - performance.now()).unref();
      this.#waiting.add(start);
    });
  }
}
