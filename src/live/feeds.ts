import type { Logger } from 'pino';
import { coalesce } from '../base/coalesce.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { confirm } from './confirm.ts';
import { EarlyEvents } from './early-events.ts';
import type { AccessEnd } from './ends.ts';
import { Feed } from './feed.ts';
import { FeedUpkeep, type OpenFeed } from './feed-upkeep.ts';
import { type Log, type Numbered, type Position, readOnce, type Want } from './log.ts';
import { Patience } from './patience.ts';
import { type Lease, type Opened, SharedResources } from './shared.ts';

interface FeedsOptions<Event extends Numbered> {
  bus: Bus;
  log: Log<Event>;
  logger: Pick<Logger, 'warn' | 'error'>;
  /** Returns the topic of the bus on which a topic's events are published. */
  busTopic: (topic: string) => string;
  /** How often feeds with readers are compared with the log, to find lost publications; 1 s unless given. */
  compareMs?: number;
}

/** What a feed is needed for. `reading` serves clients; `watching` may learn of an event later if a publication was lost. */
export type Interest = 'reading' | 'watching';

const usualCompareMs = 1000;
/** The most reads that are combined into one statement: with long messages, each read returns two megabytes. */
const readsTogether = 16;
/** How long a feed stays open after its last holder has released it: clients that reconnect need it again. */
const lingerMs = 10_000;

/** The feeds of a node: one for each topic that is held. */
export class Feeds<Event extends Numbered> {
  readonly #options: FeedsOptions<Event>;
  readonly #open: SharedResources<OpenFeed<Event>>;
  readonly #upkeep: FeedUpkeep<Event>;
  readonly #head: (topic: string) => Promise<Position | null>;
  readonly #read: (want: Want) => Promise<Event[]>;
  readonly #patience = new Patience();
  #opened = 0;

  constructor(options: FeedsOptions<Event>) {
    const { bus, log, logger, compareMs = usualCompareMs } = options;
    this.#options = options;
    this.#head = coalesce((topics) => log.heads(topics));
    this.#read = coalesce((wants) => readOnce(log, wants), readsTogether);
    this.#open = new SharedResources({ open: (topic) => this.#openFeed(topic), lingerMs });
    this.#upkeep = new FeedUpkeep({ bus, logger, compareMs, head: this.#head, feeds: () => this.#open.values() });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Returns how many holders the feed of a topic has, also while it opens. */
  holders(topic: string): number {
    return this.#open.holders(topic);
  }

  /** Returns how many readers the feed of a topic has, 0 while it opens. They miss no event that is committed from now on. */
  readers(topic: string): number {
    return this.#open.get(topic)?.readers ?? 0;
  }

  /**
   * Returns the event that ended the owner's access to the topic: the first one after which no later event restored it.
   * Returns null if the access lasts, and if the topic has no open feed, because only feeds know these events.
   */
  endOf(topic: string, owner: string): AccessEnd | null {
    return this.#open.get(topic)?.feed.ends.after(owner, 0) ?? null;
  }

  /**
   * Resolves when the feed of a topic, if it is open, has all events that were committed before this call. Called for a
   * result that was read from the database, before it is sent: if an event that is older than the result has ended a
   * reader's access, the feed then knows, even if the announcement of that event is late or lost. Throws INTERNAL if the
   * log does not answer for a few seconds.
   */
  async confirm(topic: string): Promise<void> {
    const open = this.#open.get(topic);
    if (open) await confirm({ feed: open.feed, head: () => this.#head(topic) });
  }

  /** Acquires the feed of a topic, which is null for a topic without a log. */
  acquire(topic: string, interest: Interest = 'reading'): Lease<Feed<Event>> {
    const lease = this.#open.acquire(topic);
    let isReleased = false;
    let read: OpenFeed<Event> | null = null;
    const opened = (open: OpenFeed<Event> | null) => {
      if (!open) return null;
      if (interest === 'reading' && !isReleased) {
        read = open;
        read.readers += 1;
      }
      return open.feed;
    };
    const release = () => {
      isReleased = true;
      if (read) read.readers -= 1;
      read = null;
      lease.release();
    };
    const open = this.#open.get(topic);
    const value = open ? Promise.resolve(opened(open)) : lease.value.then(opened);
    // A holder that released its lease does not wait for the outcome.
    value.catch(() => {});
    return { value, release };
  }

  close(): void {
    this.#upkeep.close();
    this.#open.close();
  }

  async #openFeed(topic: string): Promise<Opened<OpenFeed<Event>> | null> {
    const { bus, log, busTopic } = this.#options;
    const early = new EarlyEvents<Event>({ bytesOf: log.bytesOf });
    let feed: Feed<Event> | null = null;
    // Subscribe before looking up where the log ends: an event committed between the two would be in neither.
    const unsubscribe = await bus.subscribe(busTopic(topic), (events: Event[]) => {
      if (feed) feed.accept(events);
      else early.add(events);
    });
    const head = await this.#headOrUnsubscribe(topic, unsubscribe);
    if (!head) return null;
    feed = this.#feedFrom(topic, head);
    if (early.events) feed.accept(early.events);
    else void feed.repair();
    const opened = feed;
    const close = () => {
      opened.close();
      unsubscribe();
    };
    return { value: { feed, readers: 0, number: this.#opened++ }, close };
  }

  async #headOrUnsubscribe(topic: string, unsubscribe: Unsubscribe): Promise<Position | null> {
    let head: Position | null = null;
    try {
      head = await this.#head(topic);
    } finally {
      if (!head) unsubscribe();
    }
    return head;
  }

  #feedFrom(topic: string, head: Position): Feed<Event> {
    const { log, logger } = this.#options;
    const { revisionBy, accessBy, bytesOf } = log;
    const onDoubt = () => void this.#upkeep.check([feed]);
    const onError = (error: unknown) => logger.error({ err: error }, 'a feed, or a listener of one, failed');
    const reading = { read: this.#read, patience: this.#patience };
    const feed = new Feed<Event>({ topic, head, ...reading, revisionBy, accessBy, bytesOf, onDoubt, onError });
    return feed;
  }
}
