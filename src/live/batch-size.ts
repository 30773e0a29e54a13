import { batchEvents, unreadBytes } from './limits.ts';
import type { Numbered } from './log.ts';

/** Returns about how many bytes an event takes in a result, as far as that is known without rendering it. */
export type Weigh<Event extends Numbered> = (event: Event) => number;

/**
 * The lower bound of the ratio. The results of an operation may show few events of one batch and all events of the next one.
 */
const leastRatio = 1 / 8;

/**
 * Decides how many events go into each batch of one operation, so that it takes about `unreadBytes`. Estimates this from
 * the weights of the events and the size of the last batch. Readers that resume together from the same position cut the
 * same batches, and share every one.
 */
export class BatchSize<Event extends Numbered> {
  readonly #weigh: Weigh<Event>;
  /** The bytes of the last batch, divided by its weight. */
  #ratio = 1;

  constructor(weigh: Weigh<Event>) {
    this.#weigh = weigh;
  }

  /** Returns the events of the next batch: the first one, and as many of the others as fit. */
  cut(events: readonly Event[]): readonly Event[] {
    let bytes = 0;
    const end = Math.min(events.length, batchEvents);
    for (let index = 0; index < end; index += 1) {
      bytes += this.#ratio * this.#weigh(events[index] as Event);
      // Rounds down to a power of two. Results are a little longer for the authors of messages, but the batches stay the same.
      if (bytes > unreadBytes) return events.slice(0, powerOfTwo(index));
    }
    return end === events.length ? events : events.slice(0, end);
  }

  /** Notes the size of a rendered batch; returns whether it is so large that it should be cut again. */
  isTooLarge(events: readonly Event[], bytes: number): boolean {
    const weight = this.weightOf(events);
    if (weight > 0) this.#ratio = Math.max(leastRatio, bytes / weight);
    return events.length > 1 && bytes > 2 * unreadBytes;
  }

  weightOf(events: readonly Event[]): number {
    return events.reduce((sum, event) => sum + this.#weigh(event), 0);
  }
}

/** Returns the largest power of two up to `count`; at least 1. */
function powerOfTwo(count: number): number {
  return count < 2 ? 1 : 2 ** Math.floor(Math.log2(count));
}
