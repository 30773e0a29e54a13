import type { AccessChange } from '../../src/live/ends.ts';
import { Feed } from '../../src/live/feed.ts';
import type { Want } from '../../src/live/log.ts';
import { Patience } from '../../src/live/patience.ts';
import { Reader, type ReaderOptions } from '../../src/live/reader.ts';

/** An event of a log for tests of the live engine, which knows nothing of chat. */
export interface Tea {
  eventNumber: number;
  /** In ms, equal to its number. */
  occurredAt: Date;
  /** The owner whose access it ends. */
  ends?: string;
  /** The owner whose access it restores. */
  admits?: string;
  /** Whether it changes how earlier ones are shown. */
  revises?: boolean;
}

/** Events of these numbers, the last one included. */
export function teas(first: number, last: number): Tea[] {
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    eventNumber: first + index,
    occurredAt: new Date(first + index),
  }));
}

/** A log in memory with the feed on it. */
export class TeaLog {
  readonly feed: Feed<Tea>;
  /** The reads of the log; reads from memory do not count. */
  readonly reads: Want[] = [];
  /** How often the feed asked where the log ends. */
  doubts = 0;
  /** Set while the log does not answer. */
  isAway = false;
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve();
  readonly #committed: Tea[];

  /** `committed`: events that were there before the feed. `answerMs`: how long readers wait for an answer. */
  constructor(committed = 0, answerMs?: number) {
    this.#committed = teas(1, committed);
    this.feed = new Feed<Tea>({
      topic: 'tea',
      head: { epoch: 'first', eventNumber: committed, at: committed },
      read: (w) => this.#read(w),
      patience: new Patience(answerMs),
      accessBy,
      revisionBy: ({ revises }) => (revises ? (earlier) => earlier : null),
      onDoubt: () => {
        this.doubts += 1;
      },
      onError: (error) => {
        throw error;
      },
    });
  }

  /** Commits events that the feed does not receive. */
  commit(count: number, last: Partial<Tea> = {}): Tea[] {
    const before = this.#committed.length;
    const events = teas(before + 1, before + count);
    Object.assign(events.at(-1)!, last);
    this.#committed.push(...events);
    return events;
  }

  /** Commits events and passes them to the feed. */
  pour(count = 1, last: Partial<Tea> = {}): void {
    this.feed.accept(this.commit(count, last));
  }

  /** Removes all events after one, as a restored backup does; the feed is not notified. */
  lose(after: number): void {
    this.#committed.length = after;
  }

  /** Holds answers back until the returned function is called, which resolves once they have arrived. */
  hold(): () => Promise<void> {
    let open = () => {};
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return async () => {
      open();
      await new Promise(setImmediate); // what waits for the gate runs before the next turn of the event loop
    };
  }

  reader(options: Partial<ReaderOptions<Tea>> = {}): Reader<Tea> {
    const { feed } = this;
    const patient = { heartbeatMs: 1_000_000, givenUp: () => new Error('no tea') };
    return new Reader<Tea>({
      feed,
      after: null,
      maxBehind: 5000,
      owner: 'ada',
      accessRevokedFor,
      ...patient,
      ...options,
    });
  }

  /** A reader after this event. */
  readerAfter(eventNumber: number, options: Partial<ReaderOptions<Tea>> = {}): Reader<Tea> {
    return this.reader({ after: { epoch: 'first', eventNumber, at: eventNumber }, ...options });
  }

  async #read(want: Want): Promise<Tea[]> {
    this.reads.push(want);
    await new Promise(setImmediate);
    await this.gate;
    if (this.isAway) throw new Error('the log is away');
    return this.#committed.slice(want.after, want.after + want.limit);
  }
}

function accessBy({ ends, admits, eventNumber }: Tea): AccessChange | null {
  const owner = ends ?? admits;
  return owner ? { owner, isEnd: ends !== undefined, eventNumber, occurredAt: new Date(0) } : null;
}

export const accessRevokedFor = ({ ends }: Tea): string | null => ends ?? null;
