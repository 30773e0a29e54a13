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
  /**
   * Ends of each owner in order, the owners in the order of their last ones. There may be several: an event that gave access
   * back tells nothing of it any more when it is read from the log after the next end.
   */
  readonly #byOwner = new Map<string, AccessEnd[]>();
  #count = 0;

  /** Grows with each end: who has seen this count before needs to look at nobody again. */
  get count(): number {
    return this.#count;
  }

  /** Takes the changes in order. */
  take({ owner, isEnd, eventNumber, occurredAt }: AccessChange): void {
    const ends = this.#byOwner.get(owner) ?? [];
    this.#byOwner.delete(owner);
    if (!isEnd) return;
    const oldest = eventNumber - keptEvents;
    while (ends[0] && ends[0].eventNumber < oldest) ends.shift();
    ends.push({ eventNumber, occurredAt });
    this.#byOwner.set(owner, ends);
    this.#count += 1;
    this.#forgetBefore(oldest);
  }

  /**
   * Returns the first event above `eventNumber` that ended the owner's access: what follows it, such as a ban after leaving,
   * makes nothing readable again. Null while the access lasts.
   */
  after(owner: string, eventNumber: number): AccessEnd | null {
    return this.#byOwner.get(owner)?.find((end) => end.eventNumber > eventNumber) ?? null;
  }

  clear(): void {
    this.#byOwner.clear();
  }

  #forgetBefore(oldest: number): void {
    for (const [owner, ends] of this.#byOwner) {
      if ((ends.at(-1)?.eventNumber ?? 0) >= oldest) return;
      this.#byOwner.delete(owner);
    }
  }
}
