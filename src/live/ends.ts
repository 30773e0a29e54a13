/** An event's effect on somebody's access to a topic. */
export interface AccessChange {
  owner: string;
  /** Whether it ends the access; else it gives the access back. */
  isEnd: boolean;
  eventNumber: number;
  occurredAt: Date;
}

/** The event that ended somebody's access, and when. */
export type AccessEnd = Pick<AccessChange, 'eventNumber' | 'occurredAt'>;

/** Ends are kept over so many events: twice what a reader may be behind (`Server.limits.replayMaxEvents`). */
const keptEvents = 10_000;

/** Knows whose access to a topic has ended, from the events that a feed has seen, without asking the database. */
export class Ends {
  /** In the order of their events. */
  readonly #byOwner = new Map<string, AccessEnd>();
  #count = 0;

  /** Grows with each end: who has seen this count before needs to look at nobody again. */
  get count(): number {
    return this.#count;
  }

  /** Takes the changes in order. */
  take({ owner, isEnd, eventNumber, occurredAt }: AccessChange): void {
    if (!isEnd) return void this.#byOwner.delete(owner);
    // What follows the first end, such as a ban after leaving, must not make later events readable again.
    if (this.#byOwner.has(owner)) return;
    this.#byOwner.set(owner, { eventNumber, occurredAt });
    this.#count += 1;
    this.#forgetBefore(eventNumber - keptEvents);
  }

  /** Returns the event above `eventNumber` that ended the owner's access; null while the access lasts. */
  after(owner: string, eventNumber: number): AccessEnd | null {
    const end = this.#byOwner.get(owner);
    return end && end.eventNumber > eventNumber ? end : null;
  }

  clear(): void {
    this.#byOwner.clear();
  }

  #forgetBefore(oldest: number): void {
    for (const [owner, { eventNumber }] of this.#byOwner) {
      if (eventNumber >= oldest) return;
      this.#byOwner.delete(owner);
    }
  }
}
