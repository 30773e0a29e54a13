import { setTimeout as pause } from 'node:timers/promises';
import { type Batch, emptyBatch, type ResetReason } from './batch.ts';
import { BatchSize } from './batch-size.ts';
import type { AccessEnd } from './ends.ts';
import type { Feed } from './feed.ts';
import { batchEvents, logRetryMs } from './limits.ts';
import { type Numbered, type Position, positionAfter } from './log.ts';
import type { Page } from './readings.ts';
import { Retries } from './retries.ts';

export interface ReaderOptions<Event extends Numbered> {
  feed: Feed<Event>;
  /** Where to continue; null: from now. */
  after: Position | null;
  /** How many events the reader may be behind; if there are more, it must start over, and gets none of them. */
  maxBehind: number;
  /** Whose reader this is, as in `accessRevokedFor`. */
  owner: string;
  /** Returns the owner whose access an event ends, if any. */
  accessRevokedFor: (event: Event) => string | null;
  /** How long the reader may return no batch while the log does not answer. */
  heartbeatMs: number;
  /** Makes the error that ends the reader when the log has not answered for too long. */
  givenUp: () => Error;
}

const pauses = { firstMs: logRetryMs, longestMs: 1000 };

/**
 * A position in a feed's log that advances at its own pace. It serves clients that resume, that catch up, and that are
 * slow.
 */
export class Reader<Event extends Numbered> {
  readonly owner: string;
  readonly feed: Feed<Event>;
  /** Decides how many events go into a batch. A caller that knows the size of results replaces it before the first batch. */
  size = new BatchSize<Event>(() => 0);
  readonly #options: ReaderOptions<Event>;
  /** How many events to ask the log for: no more than a batch is likely to take. */
  #limit = batchEvents;
  #position: Position;
  /** Where the last batch began. */
  #before: Position;
  readonly #generation: number;
  /** Null until the log has failed once. */
  #retries: Retries | null = null;
  #restMs = 0;
  /** When the last batch was taken, in ms. */
  #lastBatchAt = Number.NEGATIVE_INFINITY;
  #isEnding = false;
  /** The event of the last batch that ends the access; the feed may not have received it yet. */
  #end: AccessEnd | null = null;
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

  /** The number of the last event that was read. */
  get eventNumber(): number {
    return this.#position.eventNumber;
  }

  /** Whether the reader has read all events of its feed; false if the feed follows another history by now. */
  get isAtEnd(): boolean {
    return this.#generation === this.feed.generation && this.eventNumber === this.feed.eventNumber;
  }

  /** Whether the last batch was taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Returns the first event above `eventNumber`, as far as is known, that ended the owner's access; null while the access
   * lasts.
   */
  endAfter(eventNumber: number): AccessEnd | null {
    const known = this.feed.ends.after(this.owner, eventNumber);
    return known ?? (this.#end && this.#end.eventNumber > eventNumber ? this.#end : null);
  }

  /** The event after which the reader has ended; null if it goes on, or has ended for another reason. */
  get lastEnd(): AccessEnd | null {
    return this.#isOver ? this.endAfter(this.eventNumber - 1) : null;
  }

  /** Moves to the position that an audience has reached for it. */
  moveTo(position: Position): void {
    this.#position = position;
  }

  /**
   * Returns the next batch; null at the end of the feed, and while the log does not answer. In the second case, the caller
   * awaits `rest` and calls again. The first call always returns a batch, if necessary one without events. Throws when the
   * log has failed for too long.
   */
  async next(): Promise<Batch<Event> | null> {
    const batch = this.#isEnding ? this.end() : await this.#take();
    if (batch) this.#lastBatchAt = performance.now();
    return batch;
  }

  /** Whether the log did not answer, so that the reader should wait for `rest`. */
  get mustRest(): boolean {
    return this.#restMs > 0;
  }

  /** Resolves when the log may be asked again: at once, unless it did not answer. */
  async rest(): Promise<void> {
    if (this.mustRest) await pause(this.#restMs);
  }

  /** Goes back to before a batch that was not sent, to take a smaller one. */
  retake(): void {
    this.#position = this.#before;
    this.#isEnding = false;
    this.#end = null;
  }

  /** Returns the last batch of a reader whose access has ended. */
  end(): Batch<Event> {
    this.#isOver = true;
    return emptyBatch('ENDED', this.#position);
  }

  async #take(): Promise<Batch<Event> | null> {
    // A client that was connected to another node may be ahead of this one.
    if (this.eventNumber > this.feed.eventNumber && !(await this.feed.tryRepair())) return this.#unanswered();
    const reason = this.#resetReason();
    if (reason) return this.#reset(reason);
    if (this.eventNumber < this.feed.eventNumber) return this.#advance();
    this.#answered();
    return this.#isFirst ? emptyBatch('LIVE', this.#position) : null;
  }

  get #isFirst(): boolean {
    return this.#lastBatchAt === Number.NEGATIVE_INFINITY;
  }

  #answered(): void {
    this.#retries?.succeeded();
    this.#restMs = 0;
  }

  /**
   * Notes that the log did not answer: the reader keeps its position. Returns a heartbeat if one is due; throws when the
   * log has failed for too long.
   */
  #unanswered(): Batch<Event> | null {
    this.#retries ??= new Retries(pauses);
    const restMs = this.#retries.failed();
    if (restMs === null) throw this.#options.givenUp();
    this.#restMs = restMs;
    const isDue = performance.now() - this.#lastBatchAt >= this.#options.heartbeatMs;
    return isDue ? emptyBatch('HEARTBEAT', this.#position) : null;
  }

  /** Returns why the reader cannot continue from its position; null if it can. */
  #resetReason(): ResetReason | null {
    const { feed, eventNumber } = this;
    const { epoch, at } = this.#position;
    // After a rewind, it is also unknown which readers still have access.
    if (this.#generation !== feed.generation || epoch !== feed.epoch || at === null) return 'CURSOR_UNKNOWN';
    if (eventNumber > feed.eventNumber) return 'CURSOR_UNKNOWN';
    if (feed.eventNumber - eventNumber > this.#options.maxBehind) return 'GAP_TOO_LARGE';
    const known = feed.instantOf(eventNumber);
    return known !== null && known !== at ? 'CURSOR_UNKNOWN' : null;
  }

  #reset(resetReason: ResetReason): Batch<Event> {
    this.#isOver = true;
    // A feed without readers is seldom compared: the reader may be the one that knows the present history.
    if (this.#position.epoch !== this.feed.epoch) this.feed.suspect();
    const batch = emptyBatch('LIVE', this.feed.position);
    return { ...batch, status: 'RESET', positionBefore: this.eventNumber, resetReason };
  }

  async #advance(): Promise<Batch<Event> | null> {
    const page = await this.#read();
    if (page === 'no answer') return this.#unanswered();
    if (!page || this.#generation !== this.feed.generation) return this.#reset('CURSOR_UNKNOWN');
    if (page.events.length === 0) return this.#nothingThere();
    this.#answered();
    return this.#batchOf(page);
  }

  #batchOf(page: Page<Event>): Batch<Event> {
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

  /**
   * Called if the log ends before its feed, because a backup was restored. The feed finds that out while the reader
   * waits.
   */
  #nothingThere(): Batch<Event> | null {
    void this.feed.repair();
    return this.#unanswered();
  }

  /** Returns events after the reader's position; null if the log has another history before them. */
  async #read(): Promise<Page<Event> | 'no answer' | null> {
    const { eventNumber, at } = this.#position;
    const isKnown = eventNumber === 0 || this.feed.instantOf(eventNumber) !== null;
    // Includes the last event that the reader got: if the log has a different one, the reader knows another history.
    const after = isKnown ? eventNumber : eventNumber - 1;
    const page = await this.feed.tryRead(after, this.#limit + eventNumber - after);
    if (!page) return 'no answer';
    if (isKnown) return page;
    const [covered, ...events] = page.events;
    return covered?.eventNumber === eventNumber && covered.occurredAt.getTime() === at ? { ...page, events } : null;
  }

  /** Returns the events of the next batch: as many as fit, and none after the event that ends the reader's access. */
  #untilEnd(page: readonly Event[]): readonly Event[] {
    const events = this.size.cut(page);
    this.#limit = Math.min(batchEvents, 2 * events.length);
    const known = this.endAfter(this.eventNumber);
    const end = events.findIndex(
      (event) => event.eventNumber === known?.eventNumber || this.#options.accessRevokedFor(event) === this.owner,
    );
    this.#end = events[end] ?? null;
    if (!this.#end) return events;
    this.#isEnding = true;
    return events.slice(0, end + 1);
  }
}
