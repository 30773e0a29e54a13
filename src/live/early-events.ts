import { type Feed, stashBytes, stashEvents } from './feed.ts';
import type { Numbered } from './log.ts';

/** What the bus brings while a feed opens. Too much of it is dropped, and read from the log. */
export class EarlyEvents<Event extends Numbered> {
  readonly #bytesOf: (event: Event) => number;
  #events: Event[] = [];
  #bytes = 0;
  #areSomeMissing = false;

  constructor(bytesOf: (event: Event) => number = () => 1000) {
    this.#bytesOf = bytesOf;
  }

  add(events: readonly Event[]): void {
    for (const event of events) {
      this.#bytes += this.#bytesOf(event);
      if (this.#events.length < stashEvents && this.#bytes <= stashBytes) this.#events.push(event);
      else this.#areSomeMissing = true;
    }
  }

  giveTo(feed: Feed<Event>): void {
    feed.accept(this.#events);
    if (this.#areSomeMissing) void feed.repair();
  }
}
