import { stashBytes, stashEvents } from './feed.ts';

interface EarlyEventsOptions<Event> {
  bytesOf?: (event: Event) => number;
  maxEvents?: number;
}

/** What comes while something opens that is to be told of it afterwards. */
export class EarlyEvents<Event> {
  readonly #bytesOf: (event: Event) => number;
  readonly #maxEvents: number;
  #events: Event[] | null = [];
  #bytes = 0;

  constructor({ bytesOf = () => 1000, maxEvents = stashEvents }: EarlyEventsOptions<Event> = {}) {
    this.#bytesOf = bytesOf;
    this.#maxEvents = maxEvents;
  }

  /** In order; null if some are not known any more: they were too many, or lost before they came. */
  get events(): readonly Event[] | null {
    return this.#events;
  }

  add(events: readonly Event[] | null): void {
    for (const event of events ?? []) this.#bytes += this.#bytesOf(event);
    if (!events || !this.#events || !this.#hasRoomFor(events.length)) this.#events = null;
    else this.#events.push(...events);
  }

  #hasRoomFor(count: number): boolean {
    return (this.#events?.length ?? 0) + count <= this.#maxEvents && this.#bytes <= stashBytes;
  }
}
