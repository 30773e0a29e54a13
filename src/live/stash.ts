import { earlyBytes, earlyEvents } from './limits.ts';
import type { Numbered } from './log.ts';

/** Events that arrived before the events that precede them. If they are too many, the rest must be read from the log. */
export class Stash<Event extends Numbered> {
  readonly #bytesOf: (event: Event) => number;
  readonly #byNumber = new Map<number, Event>();
  #bytes = 0;

  constructor(bytesOf: (event: Event) => number) {
    this.#bytesOf = bytesOf;
  }

  get size(): number {
    return this.#byNumber.size;
  }

  add(event: Event): void {
    this.take(event.eventNumber);
    const bytes = this.#bytesOf(event);
    if (this.#byNumber.size >= earlyEvents || this.#bytes + bytes > earlyBytes) return;
    this.#byNumber.set(event.eventNumber, event);
    this.#bytes += bytes;
  }

  /** Takes the event of this number out; undefined if it is not there. */
  take(eventNumber: number): Event | undefined {
    const event = this.#byNumber.get(eventNumber);
    if (event) this.#delete(event);
    return event;
  }

  /** Drops the events up to this number. */
  dropThrough(eventNumber: number): void {
    for (const event of this.#byNumber.values()) if (event.eventNumber <= eventNumber) this.#delete(event);
  }

  clear(): void {
    this.#byNumber.clear();
    this.#bytes = 0;
  }

  #delete(event: Event): void {
    this.#byNumber.delete(event.eventNumber);
    this.#bytes -= this.#bytesOf(event);
  }
}
