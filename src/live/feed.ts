import { setTimeout as pause } from 'node:timers/promises';
import { Ends } from './ends.ts';
import type { Log, Numbered, Position, Want } from './log.ts';
import { Patience } from './patience.ts';
import { type Page, Readings } from './readings.ts';

/** Who is told of a feed's progress. Neither may throw. */
export interface FeedListener {
  /** The feed's position has moved. */
  advanced(): void;
  /** The log's history was rewound: positions of the old one mean nothing, and the feed has taken up the new one. */
  rewound(): void;
}

interface FeedOptions<Event extends Numbered> {
  topic: string;
  head: Position;
  /** Reads of all feeds of a node, joined into few statements. */
  read: (want: Want) => Promise<Event[]>;
  /** How long readers wait for that; the same for all feeds of a node. */
  patience?: Patience;
  revisionBy?: Log<Event>['revisionBy'];
  accessBy?: Log<Event>['accessBy'];
  bytesOf?: Log<Event>['bytesOf'];
  /** Called when an event contradicts what the feed has: where the log ends is to be looked up, for `observe`. */
  onDoubt?: () => void;
}

/** Recent events kept for readers that come back, their bytes, and how long at most. */
const ringEvents = 512;
const ringBytes = 2 * 1024 * 1024;
const ringMs = 120_000;
/** How long an event that came early may wait for the one before it, until that is read from the log. */
const reorderMs = 10;
/** Early events kept, and their bytes; beyond, they are dropped and read from the log in their turn. */
export const stashEvents = 1000;
export const stashBytes = 2 * 1024 * 1024;
/** How long to wait when the log does not answer. */
const retryMs = 250;
/** Events read from the log at a time. */
export const pageEvents = 500;

/**
 * The live end of one topic's log on this node: takes what the bus brings, in any order and with losses, and gives it on
 * without gaps or repeats, filling holes from the log.
 */
export class Feed<Event extends Numbered> {
  readonly topic: string;
  /** Whose access has ended up to `eventNumber`. */
  readonly ends = new Ends();
  readonly #read: FeedOptions<Event>['read'];
  readonly #patience: Patience;
  readonly #readings: Readings<Event>;
  readonly #revisionBy: FeedOptions<Event>['revisionBy'];
  readonly #accessBy: FeedOptions<Event>['accessBy'];
  readonly #bytesOf: (event: Event) => number;
  readonly #onDoubt: () => void;
  readonly #listeners = new Set<FeedListener>();
  readonly #stash = new Map<number, Event>();
  #stashBytes = 0;
  /** The events up to `eventNumber`, without gaps. */
  #ring: Event[] = [];
  #ringBytes = 0;
  /** When the event before the first of the ring happened. */
  #ringStartsAt: number | null;
  #lastEventAt = 0;
  #epoch: string;
  #eventNumber: number;
  #generation = 0;
  /** Whether an event contradicted this history, and nothing is taken until the end of the log is known. */
  #isDoubtful = false;
  /** Whether the log itself has shown that this history is no more. */
  #isContradicted = false;
  #revision = 0;
  #repairTimer: NodeJS.Timeout | null = null;
  #repairing = Promise.resolve();
  #nextRepair: Promise<void> | null = null;
  /** Whether the log failed when it was last read, or has not answered yet. */
  #isLogFailing = false;
  /** Who is to know when that happens. */
  readonly #onLogFailing = new Set<() => void>();
  #isClosed = false;

  constructor({
    topic,
    head,
    read,
    patience = new Patience(),
    revisionBy,
    accessBy,
    bytesOf = () => 1000,
    onDoubt = () => {},
  }: FeedOptions<Event>) {
    this.topic = topic;
    this.#read = read;
    this.#patience = patience;
    this.#readings = new Readings({ read, patience, bytesOf });
    this.#revisionBy = revisionBy;
    this.#accessBy = accessBy;
    this.#bytesOf = bytesOf;
    this.#onDoubt = onDoubt;
    this.#epoch = head.epoch;
    this.#eventNumber = head.eventNumber;
    this.#ringStartsAt = head.at;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Number of the newest event that was given on. */
  get eventNumber(): number {
    return this.#eventNumber;
  }

  get position(): Position {
    return { epoch: this.#epoch, eventNumber: this.#eventNumber, at: this.instantOf(this.#eventNumber) };
  }

  /** Grows whenever history is rewound: who began before must start over. */
  get generation(): number {
    return this.#generation;
  }

  /** When an event happened, in ms; null where memory does not reach back so far. */
  instantOf(eventNumber: number): number | null {
    const index = eventNumber - (this.#eventNumber - this.#ring.length);
    return index === 0 ? this.#ringStartsAt : (this.#ring[index - 1]?.occurredAt.getTime() ?? null);
  }

  /** Number of the newest event that changed earlier ones; what is read from now on shows them so. */
  get revision(): number {
    return this.#revision;
  }

  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes events as the bus brought them. */
  accept(events: readonly Event[]): void {
    if (this.#isDoubtful) return;
    const before = this.#eventNumber;
    for (const event of events) {
      if (event.eventNumber === this.#eventNumber + 1) this.#append(event);
      else if (event.eventNumber > this.#eventNumber) this.#stashAway(event);
      else if (this.#isOther(event)) {
        this.#doubt();
        break;
      }
    }
    this.#appendStashed();
    if (this.#stash.size > 0) this.#repairSoon();
    if (this.#eventNumber !== before) this.#tell('advanced');
  }

  /**
   * Takes word of where the log ends. `askedAt`: the feed's own number when that was asked, which the log cannot be
   * behind unless its history was rewound: a backup was restored. That is seen from the instant of an event too, when as
   * much has been written since as was lost.
   */
  observe(head: Position, askedAt: number): void {
    const known = this.instantOf(head.eventNumber);
    const isOther = head.epoch !== this.#epoch || (known !== null && known !== head.at);
    const isRewound = isOther || head.eventNumber < askedAt || this.#isContradicted;
    this.#isDoubtful = false;
    this.#isContradicted = false;
    if (isRewound) this.#rewind(head);
    else if (head.eventNumber > this.#eventNumber) void this.repair();
  }

  /**
   * Reads what is missing from the log; resolves when the feed has all that was committed before this was called, however
   * long the log does not answer. Never rejects.
   */
  repair(): Promise<void> {
    // A reading that is under way may have begun too early for this call; the one after it serves all who come meanwhile.
    this.#nextRepair ??= this.#repairing.then(() => {
      this.#nextRepair = null;
      this.#repairing = this.#fill();
      return this.#repairing;
    });
    return this.#nextRepair;
  }

  /** As `repair`, but does not wait for a log that fails: whether the feed has all that was committed before. */
  tryRepair(): Promise<boolean> {
    if (this.#isLogFailing) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = () => resolve(false);
      this.#onLogFailing.add(giveUp);
      void this.repair().then(() => {
        this.#onLogFailing.delete(giveUp);
        resolve(true);
      });
    });
  }

  /** Events after `after`, up to the feed's position, from memory; null where memory does not reach back so far. */
  recent(after: number, limit: number): readonly Event[] | null {
    const skipped = after - (this.#eventNumber - this.#ring.length);
    if (skipped < 0) return null;
    return skipped === 0 && this.#ring.length <= limit
      ? this.#ring.slice()
      : this.#ring.slice(skipped, skipped + limit);
  }

  /** Events after `after`, at most so many; from the log where memory does not reach back so far. */
  async read(after: number, limit = pageEvents): Promise<readonly Event[]> {
    return this.recent(after, limit) ?? this.#read({ topic: this.topic, after, limit });
  }

  /** As `read`, for readers: null if the log fails or does not answer in time; whoever asks the same again is served then. */
  async tryRead(after: number, limit: number): Promise<Page<Event> | null> {
    const { revision } = this;
    const events = this.recent(after, limit);
    return events ? { events, revision } : this.#readings.page({ topic: this.topic, after, limit }, revision);
  }

  /** Bytes of recent events that are kept. */
  get ringBytes(): number {
    return this.#ringBytes;
  }

  /** When it last had news, in ms. */
  get lastEventAt(): number {
    return this.#lastEventAt;
  }

  /** Forgets recent events; who comes back reads them from the log. */
  forget(): void {
    this.#ringStartsAt = this.instantOf(this.#eventNumber);
    this.#ring = [];
    this.#ringBytes = 0;
  }

  /** Forgets events that nobody is likely to come back for. */
  tidy(now: number): void {
    if (now - this.#lastEventAt > ringMs) this.forget();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#repairTimer) clearTimeout(this.#repairTimer);
    this.#listeners.clear();
  }

  async #fill(): Promise<void> {
    while (!this.#isClosed && !this.#isDoubtful) {
      const { generation, eventNumber } = this;
      // With the last event that is known: if that is not there, or another one, so is all that follows.
      const after = Math.max(0, eventNumber - 1);
      const reading = this.#read({ topic: this.topic, after, limit: pageEvents }).catch(() => null);
      if (!(await this.#patience.isInTime(reading))) this.#logAnswered(false);
      const page = await reading;
      this.#logAnswered(page !== null);
      if (this.#isClosed || generation !== this.#generation) return;
      if (page && after < eventNumber && (page[0]?.eventNumber !== eventNumber || this.#isOther(page[0]))) {
        this.#isContradicted = true;
        this.#doubt();
        return;
      }
      // Those that the bus brought meanwhile are repeats now, and dropped.
      if (page) this.accept(page);
      else await pause(retryMs);
      if (page && page.length < pageEvents) return;
    }
  }

  #logAnswered(hasAnswered: boolean): void {
    this.#isLogFailing = !hasAnswered;
    if (hasAnswered) return;
    for (const tell of this.#onLogFailing) tell();
    this.#onLogFailing.clear();
  }

  /** Whether an event of a known number is not the one that the feed has. */
  #isOther(event: Event): boolean {
    const known = this.instantOf(event.eventNumber);
    return known !== null && known !== event.occurredAt.getTime();
  }

  #doubt(): void {
    this.#isDoubtful = true;
    this.#onDoubt();
  }

  #repairSoon(): void {
    this.#repairTimer ??= setTimeout(() => {
      this.#repairTimer = null;
      if (this.#stash.size > 0) void this.repair();
    }, reorderMs);
  }

  #append(event: Event): void {
    const revise = this.#revisionBy?.(event);
    if (revise) this.#ring = this.#ring.map(revise);
    if (revise) this.#revision = event.eventNumber;
    const change = this.#accessBy?.(event);
    if (change) this.ends.take(change);
    this.#eventNumber = event.eventNumber;
    this.#ring.push(event);
    this.#ringBytes += this.#bytesOf(event);
    if (this.#ring.length > 2 * ringEvents || this.#ringBytes > 2 * ringBytes) this.#trim();
  }

  /** Drops the oldest, at about twice as much as is kept: not at each event. */
  #trim(): void {
    let start = this.#ring.length;
    let bytes = 0;
    for (; start > 0 && this.#ring.length - start < ringEvents; start -= 1) {
      const more = this.#bytesOf(this.#ring[start - 1] as Event);
      if (bytes + more > ringBytes) break;
      bytes += more;
    }
    this.#ringStartsAt = this.instantOf(this.#eventNumber - this.#ring.length + start);
    this.#ring = this.#ring.slice(start);
    this.#ringBytes = bytes;
  }

  #stashAway(event: Event): void {
    const bytes = this.#bytesOf(event);
    if (this.#stash.size >= stashEvents || this.#stashBytes + bytes > stashBytes) return;
    if (!this.#stash.has(event.eventNumber)) this.#stashBytes += bytes;
    this.#stash.set(event.eventNumber, event);
  }

  #appendStashed(): void {
    this.#lastEventAt = Date.now();
    for (const number of this.#stash.keys()) if (number <= this.#eventNumber) this.#stash.delete(number);
    for (let next = this.#nextStashed(); next; next = this.#nextStashed()) this.#append(next);
    if (this.#stash.size === 0) this.#stashBytes = 0;
  }

  #nextStashed(): Event | undefined {
    const number = this.#eventNumber + 1;
    const event = this.#stash.get(number);
    this.#stash.delete(number);
    return event;
  }

  #rewind(head: Position): void {
    this.#generation += 1;
    this.#epoch = head.epoch;
    this.#eventNumber = head.eventNumber;
    this.forget();
    this.#readings.clear();
    this.#ringStartsAt = head.at;
    this.ends.clear();
    this.#stash.clear();
    this.#stashBytes = 0;
    this.#tell('rewound');
  }

  #tell(what: keyof FeedListener): void {
    for (const listener of [...this.#listeners]) listener[what]();
  }
}
