import { type Batch, emptyBatch } from './batch.ts';
import type { AccessEnd } from './ends.ts';
import type { Feed } from './feed.ts';
import type { Numbered } from './log.ts';
import type { Reader } from './reader.ts';

export interface SourceOptions<Event extends Numbered, Value> {
  feed: Feed<Event>;
  reader: Reader<Event>;
  accessRevokedFor: (event: Event) => string | null;
  /** What a batch is to a subscription field: a value for each result to send. Throws what ends the subscription. */
  values: (batch: Batch<Event>) => readonly Value[];
  /** Who wrote what a value tells of: to them it may look different. */
  authorsOf: (value: Value) => readonly string[];
  /** Where to go on after a value, in a text that the subscription takes back. */
  cursorOf: (value: Value) => string;
  /** How long a reader who pulls may hear nothing. */
  heartbeatMs: number;
  /** Gives back what the source holds; called once. */
  release: () => void;
}

/**
 * What a live subscription field resolves to. A server that knows it serves it in an audience; any other consumer pulls
 * its values, at its own pace and with nothing kept in between: between pulls there is only a place in the log.
 */
export class Source<Event extends Numbered, Value = unknown> implements AsyncIterable<Value> {
  readonly options: SourceOptions<Event, Value>;
  #isReleased = false;
  #isEnding = false;
  #onEnd: (() => void) | null = null;
  /** Where the batch started whose values are pulled. */
  #positionBefore = 0;

  constructor(options: SourceOptions<Event, Value>) {
    this.options = options;
  }

  /** Ends the subscription because its reader's access has ended, with a last batch that tells so. */
  end(): void {
    this.#isEnding = true;
    this.#onEnd?.();
  }

  /** The event that ends the reader's access, with or after the values that are pulled now; null while the access lasts. */
  get upcomingEnd(): AccessEnd | null {
    const { feed, reader } = this.options;
    return feed.ends.after(reader.owner, this.#positionBefore);
  }

  /** Calls `listener` when access has ended, or at once if it has already. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#isEnding) listener();
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.options.release();
    this.#onEnd?.();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Value> {
    const values = this.#pull();
    const iterator: AsyncIterableIterator<Value> = {
      next: () => values.next(),
      return: () => {
        this.release();
        return values.return(undefined);
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  async *#pull(): AsyncGenerator<Value> {
    const { reader, values } = this.options;
    try {
      while (!this.#isReleased && !reader.isOver) {
        const batch = this.#isEnding ? reader.end() : ((await reader.next()) ?? (await this.#wait()));
        if (batch && !this.#isReleased) yield* this.#untilEnd(batch, values(batch));
      }
    } finally {
      this.release();
    }
  }

  /** The values, until the reader's access ends otherwise than by an event: what is not pulled by then is not for it. */
  *#untilEnd(batch: Batch<Event>, values: readonly Value[]): Generator<Value> {
    this.#positionBefore = batch.positionBefore;
    for (const value of values) {
      yield value;
      if (this.#isEnding) return;
    }
  }

  /** Waits for news (null), or long enough for a heartbeat. */
  #wait(): Promise<Batch<Event> | null> {
    const { feed, reader, heartbeatMs } = this.options;
    if (!reader.isAtEnd) return reader.rest().then(() => null);
    return new Promise((resolve) => {
      const stop = (batch: Batch<Event> | null) => {
        clearTimeout(timer);
        unlisten();
        resolve(batch);
      };
      const timer = setTimeout(() => stop(emptyBatch('HEARTBEAT', feed.position)), heartbeatMs);
      const unlisten = feed.listen({ advanced: () => stop(null), rewound: () => stop(null) });
      this.onEnd(() => stop(null));
    });
  }
}
