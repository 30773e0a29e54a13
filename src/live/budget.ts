/**
 * The longest time for which a piece of work counts against the budget. Work that takes longer probably waits for the
 * database, and holds no results yet.
 */
const holdMs = 250;

interface Waiting {
  bytes: number;
  start: () => void;
}

/**
 * Runs pieces of work at the same time as long as the bytes they need fit into the budget; the others wait in order. Work
 * that needs more than the whole budget runs when no other does.
 */
export class Budget {
  readonly #most: number;
  readonly #holdMs: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(bytes: number, ms = holdMs) {
    this.#most = bytes;
    this.#holdMs = ms;
  }

  /** Runs the work when there is room for it, and settles as it does. */
  async take<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting.length === 0 && this.#hasRoomFor(bytes)) this.#taken += bytes;
    else await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
    let isHeld = true;
    const giveBack = () => {
      if (isHeld) this.#giveBack(bytes);
      isHeld = false;
    };
    const timer = setTimeout(giveBack, this.#holdMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      giveBack();
    }
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.#most;
  }

  #giveBack(bytes: number): void {
    this.#taken -= bytes;
    for (let next = this.#waiting[0]; next && this.#hasRoomFor(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      // Takes the bytes before the work starts, so that work that is added in between cannot overtake it.
      this.#taken += next.bytes;
      next.start();
    }
  }
}
