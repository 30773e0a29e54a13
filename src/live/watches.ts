import { Subscribers } from '../base/subscribers.ts';
import type { Feed } from './feed.ts';
import type { Feeds } from './feeds.ts';
import type { Numbered } from './log.ts';
import { SharedResources } from './shared.ts';

/** Receives a topic's events as they are committed, in order; null if some were missed and can no longer be read. */
export type Watcher<Event> = (events: readonly Event[] | null) => void;

interface Watched<Event extends Numbered> {
  feed: Feed<Event>;
  watchers: Subscribers<Watcher<Event>>;
}

/**
 * Calls watchers with the events of topics: services of this node that need the events, but send them to no client. One
 * listener on a topic's feed serves all of its watchers.
 */
export class Watches<Event extends Numbered> {
  readonly #feeds: Feeds<Event>;
  readonly #topics: SharedResources<Watched<Event>>;
  readonly #onError: (error: unknown) => void;

  /** `onError` is called with each error that a watcher throws. */
  constructor(feeds: Feeds<Event>, onError: (error: unknown) => void) {
    this.#feeds = feeds;
    this.#onError = onError;
    this.#topics = new SharedResources({ open: (topic) => this.#open(topic) });
  }

  /**
   * Resolves to a function that stops the watcher, or to null for a topic without a log. The watcher receives every event
   * that is committed after this has resolved.
   */
  async watch(topic: string, watcher: Watcher<Event>): Promise<(() => void) | null> {
    const lease = this.#topics.acquire(topic);
    const watched = await lease.value;
    const remove = watched?.watchers.add(watcher);
    if (!remove) return null;
    return () => {
      remove();
      lease.release();
    };
  }

  /** Returns the events of a watched topic after one of them. */
  async since(topic: string, eventNumber: number): Promise<Event[]> {
    const feed = this.#topics.get(topic)?.feed;
    const events: Event[] = [];
    for (let after = eventNumber; feed && after < feed.eventNumber; ) {
      const page = await feed.read(after);
      if (page.length === 0) break;
      events.push(...page);
      after = page.at(-1)?.eventNumber ?? after;
    }
    return events;
  }

  async #open(topic: string): Promise<{ value: Watched<Event>; close: () => void } | null> {
    const lease = this.#feeds.acquire(topic, 'watching');
    const feed = await lease.value;
    if (!feed) return null;
    const watchers = new Subscribers<Watcher<Event>>(this.#onError);
    let { eventNumber } = feed;
    const publish = (events: readonly Event[] | null) => {
      eventNumber = feed.eventNumber;
      watchers.publish((watcher) => watcher(events));
    };
    const unlisten = feed.listen({
      advanced: () => publish(feed.recent(eventNumber, Number.POSITIVE_INFINITY)),
      rewound: () => publish(null),
    });
    const close = () => {
      unlisten();
      lease.release();
    };
    return { value: { feed, watchers }, close };
  }
}
