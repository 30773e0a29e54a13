import type { Numbered } from './log.ts';

/** An event's effect on somebody's access to a topic. */
export interface AccessChange {
  owner: string;
  /** Whether it ends the access; else it gives the access back. */
  isEnd: boolean;
}

/** Knows whose access to a topic has ended, from the events that a feed has seen, without asking the database. */
export class Ends<Event extends Numbered> {
  readonly #byOwner = new Map<string, Event>();
  #count = 0;

  /** Grows with each end: who has seen this count before needs to look at nobody again. */
  get count(): number {
    return this.#count;
  }

  /** Takes the events in order. */
  take(event: Event, { owner, isEnd }: AccessChange): void {
    if (!isEnd) this.#byOwner.delete(owner);
    // What follows the first end, such as a ban after leaving, must not make later events readable again.
    else if (!this.#byOwner.has(owner)) {
      this.#byOwner.set(owner, event);
      this.#count += 1;
    }
  }

  /** Returns the event above `eventNumber` that ended the owner's access; null while the access lasts. */
  after(owner: string, eventNumber: number): Event | null {
    const end = this.#byOwner.get(owner);
    return end && end.eventNumber > eventNumber ? end : null;
  }

  clear(): void {
    this.#byOwner.clear();
  }
}
