import { type Batch, emptyBatch } from './batch.ts';
import type { AccessEnd } from './ends.ts';
import type { Feed } from './feed.ts';
import type { Numbered } from './log.ts';
import type { Reader } from './reader.ts';

export interface SourceOptions<Event extends Numbered, Value> {
  feed: Feed<Event>;
  reader: Reader<Event>;
  accessRevokedFor: (event: Event) => string | null;
  /** Turns a batch into values of the subscription field, one for each result. Throws the error that ends the subscription. */
  values: (batch: Batch<Event>) => readonly Value[];
  /** Returns the authors of the content of a value. The result for an author may differ from that for other readers. */
  authorsOf: (value: Value) => readonly string[];
  /** Returns the cursor after a value, with which a client resumes. */
  cursorOf: (value: Value) => string;
  /** How long a consumer that pulls may wait before it gets a heartbeat. */
  heartbeatMs: number;
  /**
   * Called when the last result of a reader whose access has ended was written to the connection. `end`: the event that
   * ended it, or the time in ms at which `Source.end` was called.
   */
  onLastResult: (last: { end: AccessEnd | number; wasLive: boolean }) => void;
  /** Releases what the source holds; called once. */
  release: () => void;
}

/**
 * The value of a live field that shows events. A transport that recognises a `Source` serves it in an audience; any other
 * consumer pulls its values at its own pace. Between pulls only a position in the log is kept.
 */
export class Source<Event extends Numbered, Value = unknown> implements AsyncIterable<Value> {
  readonly options: SourceOptions<Event, Value>;
  #isReleased = false;
  /** When `end` was called, in ms. */
  #endedAt: number | null = null;
  /** Whether the consumer that pulls was waiting for events when the access ended. */
  #wasLive = false;
  #onEnd: (() => void) | null = null;
  /** The `positionBefore` of the batch whose values are being pulled. */
  #positionBefore = 0;

  constructor(options: SourceOptions<Event, Value>) {
    this.options = options;
  }

  /** Whether `end` was called: no batch with events is sent any more. */
  get isEnding(): boolean {
    return this.#endedAt !== null;
  }

  /** Ends the subscription because its reader's access has ended; the last batch says so. */
  end(): void {
    this.#endedAt ??= performance.now();
    this.#onEnd?.();
  }

  /** Notes that the last result was written. `wasLive`: whether the reader was waiting for events when the access ended. */
  noteLastResult(wasLive: boolean): void {
    const end = this.#endedAt ?? this.options.reader.lastEnd;
    if (end !== null) this.options.onLastResult({ end, wasLive });
  }

  /** The event in or after the current batch that ends the reader's access; null while the access lasts. */
  get upcomingEnd(): AccessEnd | null {
    return this.options.reader.endAfter(this.#positionBefore);
  }

  /** Calls `listener` when the access ends, or at once if it has ended. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.isEnding) listener();
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
        const batch = this.isEnding ? reader.end() : ((await reader.next()) ?? (await this.#wait()));
        if (batch && !this.#isReleased) yield* this.#untilEnd(batch, values(batch));
      }
      if (!this.#isReleased) this.noteLastResult(this.#wasLive);
    } finally {
      this.release();
    }
  }

  /** Yields the values. If `end` is called meanwhile, drops the remaining ones. */
  *#untilEnd(batch: Batch<Event>, values: readonly Value[]): Generator<Value> {
    this.#positionBefore = batch.positionBefore;
    for (const value of values) {
      yield value;
      if (this.isEnding) return;
    }
  }

  /** Resolves to null when there are new events, or to a heartbeat when it is due. */
  #wait(): Promise<Batch<Event> | null> {
    const { feed, reader, heartbeatMs } = this.options;
    if (!reader.isAtEnd) return reader.rest().then(() => null);
    return new Promise((resolve) => {
      const stop = (batch: Batch<Event> | null) => {
        clearTimeout(timer);
        unlisten();
        this.#wasLive = this.isEnding || reader.endAfter(reader.eventNumber) !== null;
        resolve(batch);
      };
      const timer = setTimeout(() => stop(emptyBatch('HEARTBEAT', feed.position)), heartbeatMs);
      const unlisten = feed.listen({ advanced: () => stop(null), rewound: () => stop(null) });
      this.onEnd(() => stop(null));
    });
  }
}
