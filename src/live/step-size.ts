import type { Numbered } from './log.ts';

/** About how many bytes an event takes where it is shown, as far as that is known without showing it. */
export type Weigh<Event extends Numbered> = (event: Event) => number;

/** Events in one step at most. */
export const stepEvents = 128;
/** Bytes that a step should take: as many as a slow socket's budget. */
export const stepBytes = 64 * 1024;
/** A step that was mostly of events that are not shown says little of the next ones. */
const leastRatio = 1 / 8;

/**
 * How many events go into each step of one operation, so that it takes about `stepBytes`: from the weights of the events
 * and from what the last step took. The same events in the same steps give the same sizes, so that readers who come back
 * together still share every step.
 */
export class StepSize<Event extends Numbered> {
  readonly #weigh: Weigh<Event>;
  /** How many times its weight the last step took. */
  #ratio = 1;

  constructor(weigh: Weigh<Event>) {
    this.#weigh = weigh;
  }

  /** The first of the events, those that go into the next step: at least one, of the others as many as fit. */
  cut(events: readonly Event[]): readonly Event[] {
    let bytes = 0;
    const end = Math.min(events.length, stepEvents);
    for (let index = 0; index < end; index += 1) {
      bytes += this.#ratio * this.#weigh(events[index] as Event);
      // A power of two: an author's own results, which are a little longer, should not have steps of their own.
      if (bytes > stepBytes) return events.slice(0, powerOfTwo(index));
    }
    return end === events.length ? events : events.slice(0, end);
  }

  /** Takes note of what a step took; whether it should rather be cut again. */
  isTooLarge(events: readonly Event[], bytes: number): boolean {
    const weight = this.weightOf(events);
    if (weight > 0) this.#ratio = Math.max(leastRatio, bytes / weight);
    return events.length > 1 && bytes > 2 * stepBytes;
  }

  weightOf(events: readonly Event[]): number {
    return events.reduce((sum, event) => sum + this.#weigh(event), 0);
  }
}

/** The largest that is not above `count`, and 1. */
function powerOfTwo(count: number): number {
  return count < 2 ? 1 : 2 ** Math.floor(Math.log2(count));
}
