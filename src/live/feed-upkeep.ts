import type { Logger } from 'pino';
import { lowestId } from '../base/ids.ts';
import type { Bus } from '../bus/bus.ts';
import type { Feed } from './feed.ts';
import type { Numbered, Position } from './log.ts';

/** A feed that is open. */
export interface OpenFeed<Event extends Numbered> {
  feed: Feed<Event>;
  /** How many readers it has. */
  readers: number;
  /** The feed's number in the order of opening; it decides in which round the feed is compared. */
  number: number;
}

interface FeedUpkeepOptions<Event extends Numbered> {
  bus: Bus;
  logger: Pick<Logger, 'warn'>;
  /** Returns the feeds that are open. */
  feeds: () => readonly OpenFeed<Event>[];
  /** Looks up where a log ends. Look-ups at the same time are one statement. */
  head: (topic: string) => Promise<Position | null>;
  compareMs: number;
}

/**
 * Feeds without readers are compared only once in this many rounds, because there may be one for every room of every
 * connected user.
 */
const rounds = 15;
/** How often feeds are compared with the log while the bus is away, and the log is the only source. */
const compareWithoutBusMs = 200;
/** Bytes of recent events that all feeds keep together. */
const ringsBytes = 128 * 1024 * 1024;
/** The end of a log that no longer exists, for example because a restored backup does not contain it. */
const nowhere: Position = { epoch: lowestId, eventNumber: 0, at: 0 };

/** Compares the feeds of a node with their logs, to find lost publications, and bounds the memory of all of them. */
export class FeedUpkeep<Event extends Numbered> {
  readonly #options: FeedUpkeepOptions<Event>;
  #timer: NodeJS.Timeout;
  #round = 0;
  #isBusAway = false;
  #isClosed = false;

  constructor(options: FeedUpkeepOptions<Event>) {
    this.#options = options;
    this.#timer = this.#compareLater();
    options.bus.watch((isConnected) => {
      this.#isBusAway = !isConnected;
      clearTimeout(this.#timer);
      // Publications were lost while the bus was away or reconnected.
      void this.compare(this.#all());
    });
  }

  /** Compares feeds with their logs now, and the next ones after a while. */
  async compare(feeds: readonly Feed<Event>[]): Promise<void> {
    this.#boundMemory();
    await this.check(feeds);
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = this.#compareLater();
  }

  /** Compares feeds with their logs now. */
  async check(feeds: readonly Feed<Event>[]): Promise<void> {
    try {
      await Promise.all(feeds.map((feed) => this.#compareOne(feed)));
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'failed to compare feeds with their logs');
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #compareLater(): NodeJS.Timeout {
    const delayMs = this.#isBusAway ? compareWithoutBusMs : this.#options.compareMs;
    return setTimeout(() => void this.compare(this.#due()), delayMs).unref();
  }

  /** Returns the feeds of this round: all that are read, and some of the others. */
  #due(): Feed<Event>[] {
    this.#round = (this.#round + 1) % rounds;
    return this.#options
      .feeds()
      .filter(({ readers, number }) => this.#isBusAway || readers > 0 || number % rounds === this.#round)
      .map(({ feed }) => feed);
  }

  async #compareOne(feed: Feed<Event>): Promise<void> {
    feed.ring.tidy(performance.now());
    const askedAt = feed.eventNumber;
    const head = await this.#options.head(feed.topic);
    feed.observe(head ?? nowhere, askedAt);
  }

  /** Drops the recent events of the feeds that were quiet for the longest, while all feeds together keep too much. */
  #boundMemory(): void {
    const feeds = this.#all();
    let bytes = feeds.reduce((sum, { ring }) => sum + ring.bytes, 0);
    if (bytes <= ringsBytes) return;
    for (const { ring } of feeds.sort((one, other) => one.ring.appendedAt - other.ring.appendedAt)) {
      if (bytes <= ringsBytes) return;
      bytes -= ring.bytes;
      ring.drop();
    }
  }

  #all(): Feed<Event>[] {
    return this.#options.feeds().map(({ feed }) => feed);
  }
}
