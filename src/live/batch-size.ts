import { batchEvents, unreadBytes } from './limits.ts';
import type { Numbered } from './log.ts';

/** About how many bytes an event takes where it is shown, as far as that is known without showing it. */
export type Weigh<Event extends Numbered> = (event: Event) => number;

/** A batch that was mostly of events that are not shown says little of the next ones. */
const leastRatio = 1 / 8;

/**
 * How many events go into each batch of one operation, so that it takes about `unreadBytes`: from the weights of the events
 * and from what the last batch took. The same events in the same batches give the same sizes, so that readers who come back
 * together still share every batch.
 */
export class BatchSize<Event extends Numbered> {
  readonly #weigh: Weigh<Event>;
  /** How many times its weight the last batch took. */
  #ratio = 1;

  constructor(weigh: Weigh<Event>) {
    this.#weigh = weigh;
  }

  /** The first of the events, those that go into the next batch: at least one, of the others as many as fit. */
  cut(events: readonly Event[]): readonly Event[] {
    let bytes = 0;
    const end = Math.min(events.length, batchEvents);
    for (let index = 0; index < end; index += 1) {
      bytes += this.#ratio * this.#weigh(events[index] as Event);
      // A power of two: an author's own results, which are a little longer, should not have batches of their own.
      if (bytes > unreadBytes) return events.slice(0, powerOfTwo(index));
    }
    return end === events.length ? events : events.slice(0, end);
  }

  /** Takes note of what a batch took; whether it should rather be cut again. */
  isTooLarge(events: readonly Event[], bytes: number): boolean {
    const weight = this.weightOf(events);
    if (weight > 0) this.#ratio = Math.max(leastRatio, bytes / weight);
    return events.length > 1 && bytes > 2 * unreadBytes;
  }

  weightOf(events: readonly Event[]): number {
    return events.reduce((sum, event) => sum + this.#weigh(event), 0);
  }
}

/** The largest that is not above `count`, and 1. */
function powerOfTwo(count: number): number {
  return count < 2 ? 1 : 2 ** Math.floor(Math.log2(count));
}
