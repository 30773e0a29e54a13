import { setTimeout as pause } from 'node:timers/promises';
import { Subscribers } from '../base/subscribers.ts';
import { Ends } from './ends.ts';
import { logRetryMs, pageEvents, usualEventBytes } from './limits.ts';
import type { Log, Numbered, Position, Want } from './log.ts';
import { Patience } from './patience.ts';
import { type Page, Readings } from './readings.ts';
import { Repairs } from './repairs.ts';
import { Ring } from './ring.ts';
import { Stash } from './stash.ts';

/** Is notified of a feed's progress. */
export interface FeedListener {
  /** The feed's position has moved. */
  advanced(): void;
  /** The log's history was rewound, and the feed follows the new one: positions in the old one mean nothing. */
  rewound(): void;
}

interface FeedOptions<Event extends Numbered> {
  topic: string;
  head: Position;
  /** Reads from the log; the reads of all feeds of a node are combined into few statements. */
  read: (want: Want) => Promise<Event[]>;
  /** How long readers wait for the log; the same for all feeds of a node. */
  patience?: Patience;
  revisionBy?: Log<Event>['revisionBy'];
  accessBy?: Log<Event>['accessBy'];
  bytesOf?: Log<Event>['bytesOf'];
  /**
   * Called when an event contradicts the feed's history, or a reader knows another one. The caller must then look up the
   * log's end and call `observe`.
   */
  onDoubt?: () => void;
  /** Called with each error that a listener throws, and with those of repairs. */
  onError: (error: unknown) => void;
}

/** How long an event that arrived early waits for the missing ones. After that, the feed reads them from the log. */
const reorderMs = 10;

/**
 * The live end of one topic's log on this node. It receives events from the bus, in any order and with losses, and passes
 * them on without gaps or repeats; it reads from the log what is missing.
 */
export class Feed<Event extends Numbered> {
  readonly topic: string;
  /** The owners whose access has ended up to `eventNumber`. */
  readonly ends = new Ends();
  /** The recent events. */
  readonly ring: Ring<Event>;
  readonly #options: FeedOptions<Event>;
  readonly #patience: Patience;
  readonly #stash: Stash<Event>;
  readonly #readings: Readings<Event>;
  readonly #repairs = new Repairs(
    (answered) => this.#fill(answered),
    (error) => this.#options.onError(error),
  );
  readonly #listeners: Subscribers<FeedListener>;
  #epoch: string;
  #generation = 0;
  #revision = 0;
  /** Whether an event contradicted this history: nothing is accepted until the end of the log is known. */
  #isDoubtful = false;
  /** Whether the log itself has contradicted this history. */
  #isContradicted = false;
  #repairTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: FeedOptions<Event>) {
    const { topic, head, read, patience = new Patience(), bytesOf = () => usualEventBytes } = options;
    this.topic = topic;
    this.#options = options;
    this.#listeners = new Subscribers(options.onError);
    this.#patience = patience;
    this.ring = new Ring(head, bytesOf);
    this.#stash = new Stash(bytesOf);
    this.#readings = new Readings({ read, patience, bytesOf });
    this.#epoch = head.epoch;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** The number of the newest event that was passed on. */
  get eventNumber(): number {
    return this.ring.eventNumber;
  }

  get position(): Position {
    return { epoch: this.#epoch, eventNumber: this.eventNumber, at: this.instantOf(this.eventNumber) };
  }

  /** Grows whenever history is rewound: readers that began before must start over. */
  get generation(): number {
    return this.#generation;
  }

  /** The number of the newest event that changed earlier events. Since that event, reads return the changed versions. */
  get revision(): number {
    return this.#revision;
  }

  /** Returns when an event happened, in ms; null if the feed does not remember events that old. */
  instantOf(eventNumber: number): number | null {
    return this.ring.instantOf(eventNumber);
  }

  listen(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Compares the feed with its log: a reader comes from another history, perhaps because the log was replaced. */
  suspect(): void {
    this.#options.onDoubt?.();
  }

  /** Accepts events as they arrive from the bus. */
  accept(events: readonly Event[]): void {
    if (this.#isDoubtful) return;
    const before = this.eventNumber;
    for (const event of events) {
      if (event.eventNumber === this.eventNumber + 1) this.#append(event);
      else if (event.eventNumber > this.eventNumber) this.#stash.add(event);
      else if (this.#isOther(event)) {
        this.#doubt();
        break;
      }
    }
    this.#appendStashed();
    if (this.#stash.size > 0) this.#repairSoon();
    if (this.eventNumber !== before) this.#notify('advanced');
  }

  /**
   * Compares the feed with the end of its log, and reads missing events. If the log was rewound (a backup was restored), the
   * feed continues with the new history. `askedAt` is the feed's event number at the time when the log was asked. The
   * signs of a rewind: the log has another epoch, ends before `askedAt`, or has an event that differs from the feed's.
   */
  observe(head: Position, askedAt: number): void {
    const known = this.instantOf(head.eventNumber);
    const isOther = head.epoch !== this.#epoch || (known !== null && known !== head.at);
    const isRewound = isOther || head.eventNumber < askedAt || this.#isContradicted;
    this.#isDoubtful = false;
    this.#isContradicted = false;
    if (isRewound) this.#rewind(head);
    else if (head.eventNumber > this.eventNumber) void this.repair();
  }

  /**
   * Reads the events that the feed lacks from the log. Resolves when the feed has all events that were committed before this
   * call, even if that takes long; a reading that fails is repeated. Resolves early if the feed is closed or in doubt about its
   * history. Never rejects.
   */
  repair(): Promise<void> {
    return this.#repairs.run();
  }

  /**
   * Does the same as `repair`, but resolves to false as soon as the log fails or is late. Resolves to true when the feed has
   * all events that were committed before this call.
   */
  tryRepair(): Promise<boolean> {
    return this.#repairs.tryRun();
  }

  /** Returns events after `after` from memory; null if the feed does not remember events that old. */
  recent(after: number, limit: number): readonly Event[] | null {
    return this.ring.after(after, limit);
  }

  /** Returns at most `limit` events after `after`; reads them from the log if the feed does not remember them. */
  async read(after: number, limit = pageEvents): Promise<readonly Event[]> {
    return this.recent(after, limit) ?? this.#options.read({ topic: this.topic, after, limit });
  }

  /**
   * Reads as `read` does, but returns null if the log fails or is late. A late answer serves a later call with the same
   * arguments.
   */
  async tryRead(after: number, limit: number): Promise<Page<Event> | null> {
    const { revision } = this;
    const events = this.recent(after, limit);
    return events ? { events, revision } : this.#readings.page({ topic: this.topic, after, limit }, revision);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#repairTimer) clearTimeout(this.#repairTimer);
    this.#listeners.clear();
  }

  async #fill(answered: (hasAnswered: boolean) => void): Promise<void> {
    while (!this.#isClosed && !this.#isDoubtful) {
      const { generation, eventNumber } = this;
      // Reads the last known event again: if it is missing or differs, the log contradicts this history.
      const after = Math.max(0, eventNumber - 1);
      const reading = this.#options.read({ topic: this.topic, after, limit: pageEvents }).catch(() => null);
      if (!(await this.#patience.isInTime(reading))) answered(false);
      const page = await reading;
      answered(page !== null);
      if (this.#isClosed || generation !== this.#generation) return;
      if (page && after < eventNumber && (page[0]?.eventNumber !== eventNumber || this.#isOther(page[0]))) {
        this.#isContradicted = true;
        return this.#doubt();
      }
      // Events that arrived from the bus meanwhile are repeats now, and ignored.
      if (page) this.accept(page);
      else await pause(logRetryMs);
      if (page && page.length < pageEvents) return;
    }
  }

  /** Returns whether an event of a known number differs from the one that the feed has. */
  #isOther(event: Event): boolean {
    const known = this.instantOf(event.eventNumber);
    return known !== null && known !== event.occurredAt.getTime();
  }

  #doubt(): void {
    this.#isDoubtful = true;
    this.suspect();
  }

  #repairSoon(): void {
    this.#repairTimer ??= setTimeout(() => {
      this.#repairTimer = null;
      if (this.#stash.size > 0) void this.repair();
    }, reorderMs);
  }

  #append(event: Event): void {
    const { revisionBy, accessBy } = this.#options;
    const revision = revisionBy?.(event);
    if (revision) {
      this.ring.revise(revision);
      this.#revision = event.eventNumber;
    }
    const change = accessBy?.(event);
    if (change) this.ends.take(change);
    this.ring.append(event);
  }

  #appendStashed(): void {
    this.ring.touch();
    this.#stash.dropThrough(this.eventNumber);
    for (let next = this.#nextStashed(); next; next = this.#nextStashed()) this.#append(next);
  }

  #nextStashed(): Event | undefined {
    return this.#stash.take(this.eventNumber + 1);
  }

  #rewind(head: Position): void {
    this.#generation += 1;
    this.#epoch = head.epoch;
    this.ring.reset(head);
    this.#readings.clear();
    this.ends.clear();
    this.#stash.clear();
    this.#notify('rewound');
  }

  #notify(what: keyof FeedListener): void {
    this.#listeners.publish((listener) => listener[what]());
  }
}
