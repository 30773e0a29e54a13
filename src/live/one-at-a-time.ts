/** Lets pieces of work go one after the other, in the order in which they came; at once while there is no other. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Handed on, and not given back in between: somebody who comes later would go first.
      if (next) next();
      else this.#isTaken = false;
    }
  }
}

const byOwner = new WeakMap<object, Turns>();

/** Does the work when all that came before it for the same owner is done; its outcome is the work's. */
export function oneAtATime<Result>(owner: object, work: () => Promise<Result>): Promise<Result> {
  const turns = byOwner.get(owner) ?? new Turns();
  byOwner.set(owner, turns);
  return turns.take(work);
}
