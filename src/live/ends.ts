import { limits } from '../base/limits.ts';

/** An event's effect on an owner's access to a topic. */
export interface AccessChange {
  owner: string;
  /** Whether the event ends the access; otherwise it restores it. */
  isEnd: boolean;
  eventNumber: number;
  occurredAt: Date;
}

/** The event that ended an owner's access, and when. */
export type AccessEnd = Pick<AccessChange, 'eventNumber' | 'occurredAt'>;

/** For how many events an end is remembered: twice as many as a reader may be behind. */
const keptEvents = 2 * limits.replayMaxEvents;

/** Remembers whose access to a topic has ended, from the events of a feed, without the database. */
export class Ends {
  /**
   * The ends of each owner in order; the owners are in the order of their last ends. An owner has several ends if a ban
   * follows a leave, or if the owner leaves, joins and leaves again. In the second case, joining may have restored nothing
   * here: an event that is read late shows the membership as it is by then, after the second leave.
   */
  readonly #byOwner = new Map<string, AccessEnd[]>();
  #count = 0;

  /** Grows with each end: while it stays the same, no access has ended. */
  get count(): number {
    return this.#count;
  }

  /** Accepts changes, in order. */
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
   * Returns the first event above `eventNumber` that ended the owner's access; null while the access lasts. Later ends, such
   * as a ban after leaving, do not matter: nothing after the first end is readable.
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
