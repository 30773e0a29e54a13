import { setTimeout as pause } from 'node:timers/promises';
import type { Feed } from './feed.ts';
import type { Numbered, Position } from './log.ts';
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
  #epoch: string;
  #eventNumber: number;
  #isStarted = false;
  #isEnding = false;
  #isOver = false;

  constructor(options: ReaderOptions<Event>) {
    const { feed, after, owner } = options;
    this.#options = options;
    this.feed = feed;
    this.owner = owner;
    this.#epoch = after?.epoch ?? feed.epoch;
    this.#eventNumber = after?.eventNumber ?? feed.eventNumber;
  }

  /** Number of the last event that was read. */
  get eventNumber(): number {
    return this.#eventNumber;
  }

  /** Whether it has read all that its feed has; not so when the feed has taken up another history. */
  get isAtEnd(): boolean {
    return this.#epoch === this.feed.epoch && this.#eventNumber === this.feed.eventNumber;
  }

  /** Whether the last step was taken. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes up the place that a shared reading has brought it to. */
  moveTo(eventNumber: number): void {
    this.#eventNumber = eventNumber;
  }

  /** The next step; null at the end of the feed, but for the very first one, which comes at once even without news. */
  async next(): Promise<Step<Event> | null> {
    const isFirst = !this.#isStarted;
    this.#isStarted = true;
    if (this.#isEnding) return this.end();
    // A client that comes from another node may be ahead of this one.
    if (this.#eventNumber > this.feed.eventNumber) await this.feed.repair();
    const reason = this.#whyLost();
    if (reason) return this.#reset(reason);
    if (this.#eventNumber < this.feed.eventNumber) return this.#advance();
    return isFirst ? stillStep('LIVE', this.#position()) : null;
  }

  /** Goes back to before a step that was not sent, to take it in smaller ones. */
  retake({ positionBefore }: Step<Event>): void {
    this.#eventNumber = positionBefore;
    this.#isEnding = false;
  }

  /** The last step of a reader whose access has ended. */
  end(): Step<Event> {
    this.#isOver = true;
    return stillStep('ENDED', this.#position());
  }

  #position(): Position {
    return { epoch: this.#epoch, eventNumber: this.#eventNumber };
  }

  #whyLost(): ResetReason | null {
    const { feed } = this;
    if (this.#epoch !== feed.epoch || this.#eventNumber > feed.eventNumber) return 'CURSOR_UNKNOWN';
    return feed.eventNumber - this.#eventNumber > this.#options.maxBehind ? 'GAP_TOO_LARGE' : null;
  }

  #reset(resetReason: ResetReason): Step<Event> {
    this.#isOver = true;
    const { epoch, eventNumber } = this.feed;
    const step = stillStep('LIVE', { epoch, eventNumber });
    return { ...step, status: 'RESET', positionBefore: this.#eventNumber, resetReason };
  }

  async #advance(): Promise<Step<Event>> {
    const { revision } = this.feed;
    const events = await this.#readOn();
    const positionBefore = this.#eventNumber;
    this.#eventNumber = events.at(-1)?.eventNumber ?? positionBefore;
    const isNewest = this.#eventNumber >= this.feed.eventNumber && !this.#isEnding;
    const status = isNewest ? 'LIVE' : 'REPLAYING';
    return {
      status,
      events,
      positionBefore,
      positionAfter: this.#eventNumber,
      epoch: this.#epoch,
      revision,
      resetReason: null,
    };
  }

  /** Events after the reader's place, up to the one that ends its access. */
  async #readOn(): Promise<readonly Event[]> {
    let page: readonly Event[] | null = null;
    while (!page) {
      page = await this.feed.read(this.#eventNumber, this.#limit).catch(() => null);
      if (!page) await pause(retryMs);
    }
    const events = this.size.cut(page);
    this.#limit = Math.min(stepEvents, 2 * events.length);
    const known = this.feed.ends.after(this.owner, this.#eventNumber);
    const end = events.findIndex(
      (event) => event.eventNumber === known?.eventNumber || this.#options.endsWhom(event) === this.owner,
    );
    if (end < 0) return events;
    this.#isEnding = true;
    return events.slice(0, end + 1);
  }
}
