import type { Numbered, Want } from './log.ts';
import type { Patience } from './patience.ts';

/** Events as they were when the log was asked. */
export interface Page<Event extends Numbered> {
  readonly events: readonly Event[];
  /** The `revision` of the feed at that time. */
  readonly revision: number;
}

interface Reading<Event extends Numbered> {
  /** Null if it failed. */
  page: Promise<Page<Event> | null>;
  isLate: boolean;
}

interface ReadingsOptions<Event extends Numbered> {
  read: (want: Want) => Promise<Event[]>;
  bytesOf: (event: Event) => number;
  patience: Patience;
}

/**
 * Runs the reads that the readers of one log ask for. A reader does not wait for long, but no read is wasted: a late
 * answer is kept for readers that soon ask for the same events. So readers make progress even if the log is always late.
 */
export class Readings<Event extends Numbered> {
  readonly #options: ReadingsOptions<Event>;
  readonly #byWant = new Map<string, Reading<Event>>();

  constructor(options: ReadingsOptions<Event>) {
    this.#options = options;
  }

  /** Returns null if the log fails or does not answer in time. `revision`: the feed's revision at this moment. */
  async page(want: Want, revision: number): Promise<Page<Event> | null> {
    const key = `${want.after} ${want.limit}`;
    const reading = this.#byWant.get(key) ?? this.#begin(key, want, revision);
    if (await this.#options.patience.isInTime(reading.page)) return reading.page;
    reading.isLate = true;
    return null;
  }

  /** Forgets all reads that were begun before. */
  clear(): void {
    this.#byWant.clear();
  }

  #begin(key: string, want: Want, revision: number): Reading<Event> {
    const { read, bytesOf, patience } = this.#options;
    const page = read(want).then(
      (events) => ({ events, revision }),
      () => null,
    );
    const reading: Reading<Event> = { page, isLate: false };
    this.#byWant.set(key, reading);
    const forget = () => {
      if (this.#byWant.get(key) === reading) this.#byWant.delete(key);
    };
    void page.then((answer) => {
      const bytes = reading.isLate && answer ? answer.events.reduce((sum, event) => sum + bytesOf(event), 0) : null;
      if (bytes === null || !patience.keep(bytes, forget)) forget();
    });
    return reading;
  }
}
