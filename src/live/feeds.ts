import type { Logger } from 'pino';
import { coalesce } from '../base/coalesce.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { EarlyEvents } from './early-events.ts';
import { Feed } from './feed.ts';
import type { Log, Numbered, Position, Want } from './log.ts';
import { Patience } from './patience.ts';

interface FeedsOptions<Event extends Numbered> {
  bus: Bus;
  log: Log<Event>;
  logger: Logger;
  /** Bus topic of a feed's topic. */
  busTopic: (topic: string) => string;
  /**
   * How often feeds that are read compare themselves with the log: how long a lost publication stays unnoticed; 1 s unless
   * given.
   */
  compareMs?: number;
}

/** What a feed is held for: to be read live, or only to know what happens there, for which a lost publication can wait. */
export type Interest = 'reading' | 'watching';

interface Entry<Event extends Numbered> {
  opening: Promise<Feed<Event> | null>;
  feed: Feed<Event> | null;
  holders: Record<Interest, number>;
  /** In which of the rounds it is looked at while nobody reads it. */
  round: number;
  unsubscribe: Unsubscribe | null;
  linger: NodeJS.Timeout | null;
}

const usualCompareMs = 1000;
/** Every how many of these rounds the others do, who may be many: all rooms of all who are connected. */
const rounds = 15;
/** The same while the bus is away, and the log is all there is. */
const checkWithoutBusMs = 200;
/** Reads of one statement: of long messages, each of them brings two megabytes. */
const readsTogether = 16;
/** Bytes of recent events that all feeds keep together. */
const ringsBytes = 128 * 1024 * 1024;
/** How long a feed without readers stays open, for those who come back. */
const lingerMs = 10_000;

/** The feeds of a node: one for each topic with at least one reader. */
export class Feeds<Event extends Numbered> {
  readonly #options: FeedsOptions<Event>;
  readonly #entries = new Map<string, Entry<Event>>();
  readonly #head: (topic: string) => Promise<Position | null>;
  readonly #read: (want: Want) => Promise<Event[]>;
  readonly #patience = new Patience();
  readonly #compareMs: number;
  #timer: NodeJS.Timeout;
  #round = 0;
  #opened = 0;
  #isBusAway = false;
  #isClosed = false;

  constructor(options: FeedsOptions<Event>) {
    this.#options = options;
    this.#compareMs = options.compareMs ?? usualCompareMs;
    this.#head = coalesce((topics) => options.log.heads(topics));
    this.#read = coalesce((wants) => readEach(options.log, wants), readsTogether);
    this.#timer = this.#checkLater();
    options.bus.watch((isConnected) => {
      this.#isBusAway = !isConnected;
      clearTimeout(this.#timer);
      // What was published while the bus was away, or while it found back, is lost.
      void this.#check([...this.#entries.values()]);
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many hold the feed of a topic. From then on, nothing that is committed passes them by. */
  holders(topic: string): number {
    const entry = this.#entries.get(topic);
    return entry ? heldBy(entry) : 0;
  }

  /** The feed of a topic, kept until `release`; null for a topic without a log. */
  async acquire(topic: string, interest: Interest = 'reading'): Promise<Feed<Event> | null> {
    const entry = this.#entries.get(topic) ?? this.#open(topic);
    entry.holders[interest] += 1;
    if (entry.linger) clearTimeout(entry.linger);
    entry.linger = null;
    try {
      const feed = await entry.opening;
      if (!feed) this.release(topic, interest);
      return feed;
    } catch (error) {
      this.release(topic, interest);
      throw error;
    }
  }

  /** Gives up what `acquire` gave for the same interest. */
  release(topic: string, interest: Interest = 'reading'): void {
    const entry = this.#entries.get(topic);
    if (!entry) return;
    entry.holders[interest] -= 1;
    if (heldBy(entry) > 0 || entry.linger) return;
    const close = () => this.#close(topic, entry);
    if (entry.feed) entry.linger = setTimeout(close, lingerMs).unref();
    else close();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const [topic, entry] of this.#entries) this.#close(topic, entry);
  }

  #open(topic: string): Entry<Event> {
    const entry: Entry<Event> = {
      opening: Promise.resolve(null),
      feed: null,
      holders: { reading: 0, watching: 0 },
      round: this.#opened++ % rounds,
      unsubscribe: null,
      linger: null,
    };
    this.#entries.set(topic, entry);
    entry.opening = this.#start(topic, entry);
    return entry;
  }

  async #start(topic: string, entry: Entry<Event>): Promise<Feed<Event> | null> {
    const { revisionBy, accessBy, bytesOf } = this.#options.log;
    const early = new EarlyEvents<Event>({ bytesOf });
    // Listen before looking where the log ends: an event committed between the two would be in neither.
    entry.unsubscribe = await this.#options.bus.subscribe(this.#options.busTopic(topic), (events: Event[]) => {
      if (entry.feed) entry.feed.accept(events);
      else early.add(events);
    });
    const head = await this.#head(topic);
    if (!head) return null;
    const onDoubt = () => void this.#check([entry]);
    const reading = { read: this.#read, patience: this.#patience };
    entry.feed = new Feed<Event>({ topic, head, ...reading, revisionBy, accessBy, bytesOf, onDoubt });
    if (early.events) entry.feed.accept(early.events);
    else void entry.feed.repair();
    return entry.feed;
  }

  #close(topic: string, entry: Entry<Event>): void {
    if (this.#entries.get(topic) === entry) this.#entries.delete(topic);
    if (entry.linger) clearTimeout(entry.linger);
    entry.feed?.close();
    entry.unsubscribe?.();
  }

  #checkLater(): NodeJS.Timeout {
    return setTimeout(
      () => void this.#check(this.#due()),
      this.#isBusAway ? checkWithoutBusMs : this.#compareMs,
    ).unref();
  }

  #due(): Entry<Event>[] {
    this.#round = (this.#round + 1) % rounds;
    return [...this.#entries.values()].filter(
      ({ holders, round }) => this.#isBusAway || holders.reading > 0 || round === this.#round,
    );
  }

  /** Has the feeds that were quiet for the longest time forget, while all together keep too much. */
  #shed(): void {
    const feeds = [...this.#entries.values()].flatMap(({ feed }) => feed ?? []);
    let bytes = feeds.reduce((sum, { ring }) => sum + ring.bytes, 0);
    if (bytes <= ringsBytes) return;
    for (const feed of feeds.sort((one, other) => one.ring.appendedAt - other.ring.appendedAt)) {
      if (bytes <= ringsBytes) return;
      bytes -= feed.ring.bytes;
      feed.ring.drop();
    }
  }

  /** Compares feeds with their logs, a thousand a statement. */
  async #check(entries: readonly Entry<Event>[]): Promise<void> {
    this.#shed();
    const feeds = entries.flatMap(({ feed }) => feed ?? []);
    try {
      await Promise.all(feeds.map((feed) => this.#compare(feed)));
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'failed to compare feeds with their logs');
    }
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = this.#checkLater();
  }

  async #compare(feed: Feed<Event>): Promise<void> {
    feed.ring.tidy(Date.now());
    const askedAt = feed.eventNumber;
    const head = await this.#head(feed.topic);
    feed.observe(head ?? nowhere, askedAt);
  }
}

function heldBy({ holders }: { holders: Record<Interest, number> }): number {
  return holders.reading + holders.watching;
}

/** Where a log ends that is gone, as is one that a restored backup does not have. */
const nowhere: Position = { epoch: '00000000-0000-0000-0000-000000000000', eventNumber: 0, at: 0 };

/** Answers all wants in one statement that reads nothing twice: readers who come back together want the same. */
async function readEach<Event extends Numbered>(log: Log<Event>, wants: readonly Want[]): Promise<Event[][]> {
  const keys = wants.map(({ topic, after, limit }) => `${topic} ${after} ${limit}`);
  const different = new Map(wants.map((want, index) => [keys[index] as string, want]));
  const pages = await log.read([...different.values()]);
  const byKey = new Map([...different.keys()].map((key, index) => [key, pages[index] as Event[]]));
  return keys.map((key) => byKey.get(key) as Event[]);
}
