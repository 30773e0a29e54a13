import type { Numbered, Position, Revision } from './log.ts';

/** How many recent events are kept for readers who come back, how many bytes of them, and for how long. */
const ringEvents = 512;
const ringBytes = 2 * 1024 * 1024;
const ringMs = 120_000;

/** The newest events of a log, without gaps, and the number of the last one. */
export class Ring<Event extends Numbered> {
  readonly #bytesOf: (event: Event) => number;
  #events: Event[] = [];
  #bytes = 0;
  #eventNumber: number;
  /** When the event before the first one happened. */
  #startsAt: number | null;
  #appendedAt = 0;

  constructor({ eventNumber, at }: Position, bytesOf: (event: Event) => number) {
    this.#bytesOf = bytesOf;
    this.#eventNumber = eventNumber;
    this.#startsAt = at;
  }

  /** The number of the newest event, which may have been dropped. */
  get eventNumber(): number {
    return this.#eventNumber;
  }

  /** The bytes of the events that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When events were last added, in ms. */
  get appendedAt(): number {
    return this.#appendedAt;
  }

  /** Returns when an event happened, in ms; null if the ring does not reach back that far. */
  instantOf(eventNumber: number): number | null {
    const index = eventNumber - (this.#eventNumber - this.#events.length);
    return index === 0 ? this.#startsAt : (this.#events[index - 1]?.occurredAt.getTime() ?? null);
  }

  /** Returns at most `limit` events after `eventNumber`; null if the ring does not reach back that far. */
  after(eventNumber: number, limit: number): readonly Event[] | null {
    const skipped = eventNumber - (this.#eventNumber - this.#events.length);
    if (skipped < 0) return null;
    return skipped === 0 && this.#events.length <= limit
      ? this.#events.slice()
      : this.#events.slice(skipped, skipped + limit);
  }

  /** Adds the event that follows the newest one. */
  append(event: Event): void {
    this.#eventNumber = event.eventNumber;
    this.#events.push(event);
    this.#bytes += this.#bytesOf(event);
    if (this.#events.length > 2 * ringEvents || this.#bytes > 2 * ringBytes) this.#trim();
  }

  /** Notes that events arrived, for `tidy`. */
  touch(): void {
    this.#appendedAt = performance.now();
  }

  /** Replaces each event by its revised version. */
  revise(revision: Revision<Event>): void {
    this.#events = this.#events.map(revision);
  }

  /** Drops all events; readers read them from the log. */
  drop(): void {
    this.#startsAt = this.instantOf(this.#eventNumber);
    this.#events = [];
    this.#bytes = 0;
  }

  /** Drops the events if no reader is likely to come back for them. */
  tidy(now: number): void {
    if (now - this.#appendedAt > ringMs) this.drop();
  }

  /** Starts again at another position. */
  reset({ eventNumber, at }: Position): void {
    this.drop();
    this.#eventNumber = eventNumber;
    this.#startsAt = at;
  }

  /** Drops the oldest events until the ring is half as long as it may be, so that it need not do so for each event. */
  #trim(): void {
    let start = this.#events.length;
    let bytes = 0;
    for (; start > 0 && this.#events.length - start < ringEvents; start -= 1) {
      const more = this.#bytesOf(this.#events[start - 1] as Event);
      if (bytes + more > ringBytes) break;
      bytes += more;
    }
    this.#startsAt = this.instantOf(this.#eventNumber - this.#events.length + start);
    this.#events = this.#events.slice(start);
    this.#bytes = bytes;
  }
}
