import type { AccessEnd } from './ends.ts';
import type { Numbered } from './log.ts';
import type { Reader } from './reader.ts';
import type { Shared } from './rendering.ts';
import { noPayloads, type Sink } from './sink.ts';

/** A subscription that an audience can serve. */
export interface AudienceMember<Event extends Numbered> {
  readonly reader: Reader<Event>;
  readonly sink: Sink;
  /** Returns how its results are made now: what its viewer may see can change while it is in an audience. */
  shared(): Shared<Event>;
  /** Sends the results to the peer. If there is no room for them, leaves the audience and catches up later. */
  receive(payloads: readonly Buffer[]): void;
  /** Leaves the audience, reads the log by itself until the end, and then joins an audience again. */
  catchUp(): void;
  /** Leaves the audience and ends, because its reader's access has ended. */
  end(): void;
}

/**
 * The members of an audience: those at its position, and those ahead of it, which are admitted when it reaches their
 * position.
 */
export class AudienceMembers<Event extends Numbered> {
  readonly #present = new Set<AudienceMember<Event>>();
  readonly #ahead = new Set<AudienceMember<Event>>();

  get size(): number {
    return this.#present.size + this.#ahead.size;
  }

  /** `position`: the event number that the audience has reached. */
  add(member: AudienceMember<Event>, position: number): void {
    (member.reader.eventNumber === position ? this.#present : this.#ahead).add(member);
  }

  /** Returns where the member was. */
  remove(member: AudienceMember<Event>): 'present' | 'ahead' | null {
    if (this.#present.delete(member)) return 'present';
    return this.#ahead.delete(member) ? 'ahead' : null;
  }

  /** Admits those who have waited at this event number. */
  admitAt(position: number): void {
    for (const member of this.#ahead) {
      if (member.reader.eventNumber !== position) continue;
      this.#ahead.delete(member);
      this.#present.add(member);
    }
  }

  /** Returns the event numbers at which members wait. */
  positionsAhead(): ReadonlySet<number> {
    return new Set([...this.#ahead].map(({ reader }) => reader.eventNumber));
  }

  /** Returns how the results are made of a member that is present; null if there is none. */
  shared(): Shared<Event> | null {
    for (const member of this.#present) return member.shared();
    return null;
  }

  ownedBy(owner: string): AudienceMember<Event>[] {
    return [...this.#present].filter(({ reader }) => reader.owner === owner);
  }

  has(owner: string): boolean {
    for (const { reader } of this.#present) if (reader.owner === owner) return true;
    return false;
  }

  /** Returns whether any member could take more results now. */
  hasRoom(): boolean {
    for (const { sink } of this.#present) if (sink.hasRoomFor(noPayloads)) return true;
    return false;
  }

  /** Sends the results to all members. `own` contains the results of owners who get different ones. */
  send(payloads: readonly Buffer[], own: ReadonlyMap<string, readonly Buffer[]>): void {
    for (const member of this.#present) {
      member.receive((own.size > 0 && own.get(member.reader.owner)) || payloads);
    }
  }

  /** Removes the members whose access has ended from the audience. Each of them continues to read by itself. */
  dismissEnded(endOf: (owner: string) => AccessEnd | null): void {
    for (const member of [...this.#present, ...this.#ahead]) if (endOf(member.reader.owner)) member.catchUp();
  }

  /** Removes all members from the audience. Each of them continues to read by itself. */
  dismiss(): void {
    for (const member of [...this.#present, ...this.#ahead]) member.catchUp();
  }
}
