import { setTimeout as pause } from 'node:timers/promises';
import type { Feed } from './feed.ts';
import { type Numbered, type Position, positionAfter } from './log.ts';
import { type ResetReason, type Step, stillStep } from './step.ts';
import { StepSize, stepEvents } from './step-size.ts';

export interface ReaderOptions<Event extends Numbered> {
  feed: Feed<Event>;
  /** Where to go on; null: from now. */
  after: Position | null;
  /** Events that it may be behind; further back it is told to start over, and never given a part. */
  maxBehind: number;
  /** Who reads, as `endsWhom` knows them. */
  owner: string;
  /** Whose access ends with this event, if anyone's. */
  endsWhom: (event: Event) => string | null;
}

/** How long to wait when the log does not answer. */
const retryMs = 250;

/** A place in a feed's log that moves on at its reader's own pace: resuming, catching up and slowness are all this. */
export class Reader<Event extends Numbered> {
  readonly owner: string;
  readonly feed: Feed<Event>;
  /** What its steps are cut by; to be replaced before the first, by what knows how the reader is shown events. */
  size = new StepSize<Event>(() => 0);
  readonly #options: ReaderOptions<Event>;
  /** Events to ask the log for: no more than may be of use. */
  #limit = stepEvents;
  #position: Position;
  /** Where the last step began. */
  #before: Position;
  readonly #generation: number;
  #isStarted = false;
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

  /** Whether the last step was taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes up the place that a shared reading has brought it to. */
  moveTo(position: Position): void {
    this.#position = position;
  }

  /** The next step; null at the end of the feed, but for the very first one, which comes at once even without news. */
  async next(): Promise<Step<Event> | null> {
    const isFirst = !this.#isStarted;
    this.#isStarted = true;
    if (this.#isEnding) return this.end();
    // A client that comes from another node may be ahead of this one.
    if (this.eventNumber > this.feed.eventNumber) await this.feed.repair();
    const reason = this.#whyLost();
    if (reason) return this.#reset(reason);
    if (this.eventNumber < this.feed.eventNumber) return this.#advance();
    return isFirst ? stillStep('LIVE', this.#position) : null;
  }

  /** Goes back to before a step that was not sent, to take it in smaller ones. */
  retake(): void {
    this.#position = this.#before;
    this.#isEnding = false;
  }

  /** The last step of a reader whose access has ended. */
  end(): Step<Event> {
    this.#isOver = true;
    return stillStep('ENDED', this.#position);
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

  #reset(resetReason: ResetReason): Step<Event> {
    this.#isOver = true;
    const step = stillStep('LIVE', this.feed.position);
    return { ...step, status: 'RESET', positionBefore: this.eventNumber, resetReason };
  }

  async #advance(): Promise<Step<Event>> {
    const { revision } = this.feed;
    const page = await this.#read();
    if (!page || this.#generation !== this.feed.generation) return this.#reset('CURSOR_UNKNOWN');
    const events = this.#untilEnd(page);
    const last = events.at(-1);
    const { epoch, eventNumber: positionBefore } = this.#position;
    this.#before = this.#position;
    if (last) this.#position = positionAfter(epoch, last);
    const { eventNumber, at } = this.#position;
    const isNewest = eventNumber >= this.feed.eventNumber && !this.#isEnding;
    const status = isNewest ? 'LIVE' : 'REPLAYING';
    return { status, events, positionBefore, positionAfter: eventNumber, epoch, at, revision, resetReason: null };
  }

  /** Events after the reader's place; null where the log has another history before them. */
  async #read(): Promise<readonly Event[] | null> {
    const { eventNumber, at } = this.#position;
    const isKnown = eventNumber === 0 || this.feed.instantOf(eventNumber) !== null;
    // With the event that the reader was last told of: if the log has another one, the reader knows another history.
    const after = isKnown ? eventNumber : eventNumber - 1;
    let page: readonly Event[] | null = null;
    while (!page) {
      page = await this.feed.read(after, this.#limit + eventNumber - after).catch(() => null);
      if (!page) await pause(retryMs);
    }
    if (isKnown) return page;
    const [covered, ...rest] = page;
    return covered?.eventNumber === eventNumber && covered.occurredAt.getTime() === at ? rest : null;
  }

  /** What goes into the next step: no more than fits, and nothing after the event that ends the reader's access. */
  #untilEnd(page: readonly Event[]): readonly Event[] {
    const events = this.size.cut(page);
    this.#limit = Math.min(stepEvents, 2 * events.length);
    const known = this.feed.ends.after(this.owner, this.eventNumber);
    const end = events.findIndex(
      (event) => event.eventNumber === known?.eventNumber || this.#options.endsWhom(event) === this.owner,
    );
    if (end < 0) return events;
    this.#isEnding = true;
    return events.slice(0, end + 1);
  }
}
