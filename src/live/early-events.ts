import { earlyBytes, earlyEvents, usualEventBytes } from './limits.ts';

interface EarlyEventsOptions<Event> {
  bytesOf?: (event: Event) => number;
  maxEvents?: number;
}

/** Events that arrive while their receiver opens. They are bounded: if there are too many, the receiver reads the log. */
export class EarlyEvents<Event> {
  readonly #bytesOf: (event: Event) => number;
  readonly #maxEvents: number;
  #events: Event[] | null = [];
  #bytes = 0;

  constructor({ bytesOf = () => usualEventBytes, maxEvents = earlyEvents }: EarlyEventsOptions<Event> = {}) {
    this.#bytesOf = bytesOf;
    this.#maxEvents = maxEvents;
  }

  /** The events in order; null if some are missing, because there were too many or because some were lost on the way. */
  get events(): readonly Event[] | null {
    return this.#events;
  }

  add(events: readonly Event[] | null): void {
    if (!this.#events) return;
    for (const event of events ?? []) this.#bytes += this.#bytesOf(event);
    if (!events || !this.#hasRoomFor(events.length)) this.#events = null;
    else this.#events.push(...events);
  }

  #hasRoomFor(count: number): boolean {
    return (this.#events?.length ?? 0) + count <= this.#maxEvents && this.#bytes <= earlyBytes;
  }
}
