/** How long a work holds up others at most: one that waits for a database holds nothing yet, and may wait for seconds. */
const holdMs = 250;

interface Waiting {
  bytes: number;
  start: () => void;
}

/**
 * Lets pieces of work go at a time as long as what they take fits; the others wait in the order in which they came. One that
 * alone takes more goes while there is no other.
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

  /** Does the work when there is room for it, at once if there is; its outcome is the work's. */
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
      // Taken here, and not when it starts: somebody who comes in between would go first.
      this.#taken += next.bytes;
      next.start();
    }
  }
}
