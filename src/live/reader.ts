import { setTimeout as pause } from 'node:timers/promises';
import { type Batch, emptyBatch, type ResetReason } from './batch.ts';
import { BatchSize, batchEvents } from './batch-size.ts';
import type { Feed } from './feed.ts';
import { type Numbered, type Position, positionAfter } from './log.ts';
import type { Page } from './readings.ts';
import { patienceMs } from './retries.ts';

export interface ReaderOptions<Event extends Numbered> {
  feed: Feed<Event>;
  /** Where to go on; null: from now. */
  after: Position | null;
  /** Events that it may be behind; further back it is told to start over, and never given a part. */
  maxBehind: number;
  /** Who reads, as `accessRevokedFor` knows them. */
  owner: string;
  /** Whose access ends with this event, if anyone's. */
  accessRevokedFor: (event: Event) => string | null;
  /** How long it may say nothing while the log does not answer. */
  heartbeatMs: number;
  /** Makes the error that ends it when the log has not answered for too long. */
  givenUp: () => Error;
}

/** How long to rest when the log does not answer, at first and at most. */
const restMs = 250;
const longestRestMs = 1000;

/** A place in a feed's log that moves on at its reader's own pace: resuming, catching up and slowness are all this. */
export class Reader<Event extends Numbered> {
  readonly owner: string;
  readonly feed: Feed<Event>;
  /** What its batches are cut by; to be replaced before the first, by what knows how the reader is shown events. */
  size = new BatchSize<Event>(() => 0);
  readonly #options: ReaderOptions<Event>;
  /** Events to ask the log for: no more than may be of use. */
  #limit = batchEvents;
  #position: Position;
  /** Where the last batch began. */
  #before: Position;
  readonly #generation: number;
  /** When the last batch was taken, and since when the log has not answered, in ms. */
  #lastBatchAt = Number.NEGATIVE_INFINITY;
  #failingSince: number | null = null;
  #restMs = 0;
  #isEnding = false;
  #isOver = false;

  constructor(options: ReaderOptions<Event>) {
    const { feed, after, owner } = options;
    this.#options = options;
    this.feed = feed;
    this.owner = owner;
    this.#position = after ?? feed.position;
    this.#before = this.#position;
    this.#generation = feed.generation;
  }

  /** Number of the last event that was read. */
  get eventNumber(): number {
    return this.#position.eventNumber;
  }

  /** Whether it has read all that its feed has; not so when the feed has taken up another history. */
  get isAtEnd(): boolean {
    return this.#generation === this.feed.generation && this.eventNumber === this.feed.eventNumber;
  }

  /** Whether the last batch was taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes up the place that a shared reading has brought it to. */
  moveTo(position: Position): void {
    this.#position = position;
  }

  /**
   * The next batch; null at the end of the feed, and while the log does not answer: then this is to be called again after
   * `rest`. The very first one comes at once, also without news or an answer. Throws when the log fails for too long.
   */
  async next(): Promise<Batch<Event> | null> {
    const batch = this.#isEnding ? this.end() : await this.#take();
    if (batch) this.#lastBatchAt = Date.now();
    return batch;
  }

  /** Resolves when the log may be asked again: at once, unless it did not answer. */
  async rest(): Promise<void> {
    if (this.#restMs > 0) await pause(this.#restMs);
  }

  /** Goes back to before a batch that was not sent, to take it in smaller ones. */
  retake(): void {
    this.#position = this.#before;
    this.#isEnding = false;
  }

  /** The last batch of a reader whose access has ended. */
  end(): Batch<Event> {
    this.#isOver = true;
    return emptyBatch('ENDED', this.#position);
  }

  async #take(): Promise<Batch<Event> | null> {
    // A client that comes from another node may be ahead of this one.
    if (this.eventNumber > this.feed.eventNumber && !(await this.feed.tryRepair())) return this.#unanswered();
    const reason = this.#whyLost();
    if (reason) return this.#reset(reason);
    if (this.eventNumber < this.feed.eventNumber) return this.#advance();
    this.#answered();
    return this.#isFirst ? emptyBatch('LIVE', this.#position) : null;
  }

  get #isFirst(): boolean {
    return this.#lastBatchAt === Number.NEGATIVE_INFINITY;
  }

  #answered(): void {
    this.#failingSince = null;
    this.#restMs = 0;
  }

  /** What there is to say while the log does not answer: that the reader is where it was. */
  #unanswered(): Batch<Event> | null {
    const now = Date.now();
    this.#failingSince ??= now;
    if (now - this.#failingSince >= patienceMs) throw this.#options.givenUp();
    this.#restMs = Math.min(longestRestMs, Math.max(restMs, 2 * this.#restMs));
    return now - this.#lastBatchAt >= this.#options.heartbeatMs ? emptyBatch('HEARTBEAT', this.#position) : null;
  }

  #whyLost(): ResetReason | null {
    const { feed, eventNumber } = this;
    const { epoch, at } = this.#position;
    // Once it was rewound, nobody knows either who may still read.
    if (this.#generation !== feed.generation || epoch !== feed.epoch || at === null) return 'CURSOR_UNKNOWN';
    if (eventNumber > feed.eventNumber) return 'CURSOR_UNKNOWN';
    if (feed.eventNumber - eventNumber > this.#options.maxBehind) return 'GAP_TOO_LARGE';
    const known = feed.instantOf(eventNumber);
    return known !== null && known !== at ? 'CURSOR_UNKNOWN' : null;
  }

  #reset(resetReason: ResetReason): Batch<Event> {
    this.#isOver = true;
    const batch = emptyBatch('LIVE', this.feed.position);
    return { ...batch, status: 'RESET', positionBefore: this.eventNumber, resetReason };
  }

  async #advance(): Promise<Batch<Event> | null> {
    const page = await this.#read();
    if (page === 'no answer') return this.#unanswered();
    if (!page || this.#generation !== this.feed.generation) return this.#reset('CURSOR_UNKNOWN');
    if (page.events.length === 0) return this.#nothingThere();
    this.#answered();
    const { revision } = page;
    const events = this.#untilEnd(page.events);
    const last = events.at(-1);
    const { epoch, eventNumber: positionBefore } = this.#position;
    this.#before = this.#position;
    if (last) this.#position = positionAfter(epoch, last);
    const { eventNumber, at } = this.#position;
    const isNewest = eventNumber >= this.feed.eventNumber && !this.#isEnding;
    const status = isNewest ? 'LIVE' : 'REPLAYING';
    return { status, events, positionBefore, positionAfter: eventNumber, epoch, at, revision, resetReason: null };
  }

  /** The log ends where the feed has more: a backup was restored, which the feed finds out while the reader waits. */
  #nothingThere(): Batch<Event> | null {
    void this.feed.repair();
    return this.#unanswered();
  }

  /** Events after the reader's place; null where the log has another history before them. */
  async #read(): Promise<Page<Event> | 'no answer' | null> {
    const { eventNumber, at } = this.#position;
    const isKnown = eventNumber === 0 || this.feed.instantOf(eventNumber) !== null;
    // With the event that the reader was last told of: if the log has another one, the reader knows another history.
    const after = isKnown ? eventNumber : eventNumber - 1;
    const page = await this.feed.tryRead(after, this.#limit + eventNumber - after);
    if (!page) return 'no answer';
    if (isKnown) return page;
    const [covered, ...events] = page.events;
    return covered?.eventNumber === eventNumber && covered.occurredAt.getTime() === at ? { ...page, events } : null;
  }

  /** What goes into the next batch: no more than fits, and nothing after the event that ends the reader's access. */
  #untilEnd(page: readonly Event[]): readonly Event[] {
    const events = this.size.cut(page);
    this.#limit = Math.min(batchEvents, 2 * events.length);
    const known = this.feed.ends.after(this.owner, this.eventNumber);
    const end = events.findIndex(
      (event) => event.eventNumber === known?.eventNumber || this.#options.accessRevokedFor(event) === this.owner,
    );
    if (end < 0) return events;
    this.#isEnding = true;
    return events.slice(0, end + 1);
  }
}
