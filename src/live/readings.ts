import type { Numbered, Want } from './log.ts';
import type { Patience } from './patience.ts';

/** Events as the log had them when it was asked. */
export interface Page<Event extends Numbered> {
  readonly events: readonly Event[];
  /** Number of the newest event that had changed earlier ones then. */
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
 * What readers ask one log for. Nobody waits for long, but no reading is in vain: whoever asks the same while it is under
 * way, or soon after it came too late, is answered by it. A log that is always late serves its readers nevertheless.
 */
export class Readings<Event extends Numbered> {
  readonly #options: ReadingsOptions<Event>;
  readonly #byWant = new Map<string, Reading<Event>>();

  constructor(options: ReadingsOptions<Event>) {
    this.#options = options;
  }

  /** Null if the log fails or does not answer in time. `revision`: as of now. */
  async page(want: Want, revision: number): Promise<Page<Event> | null> {
    const key = `${want.after} ${want.limit}`;
    const reading = this.#byWant.get(key) ?? this.#begin(key, want, revision);
    if (await this.#options.patience.isInTime(reading.page)) return reading.page;
    reading.isLate = true;
    return null;
  }

  /** Has nobody answered by what was asked before. */
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
