import type { Feed } from '../live/feed.ts';
import type { Feeds } from '../live/feeds.ts';
import type { RoomEvent } from './events.ts';

/** Takes a room's events as they are committed, in order; null where some are not known any more. */
export type RoomWatcher = (events: readonly RoomEvent[] | null) => void;

interface Watched {
  watchers: Set<RoomWatcher>;
  feed: Feed<RoomEvent> | null;
  /** Resolves to whether there is such a room. */
  opening: Promise<boolean>;
  close: () => void;
}

/**
 * Tells what happens in rooms to those on this node who do not read them, but whom it concerns: what is shown of a room
 * elsewhere, and who may see it. One reading of a room's feed serves all of them.
 */
export class RoomWatches {
  readonly #feeds: Feeds<RoomEvent>;
  readonly #rooms = new Map<string, Watched>();

  constructor(feeds: Feeds<RoomEvent>) {
    this.#feeds = feeds;
  }

  /** Resolves once nothing that is committed from then on passes the watcher by; null for a room that is not there. */
  async watch(roomId: string, watcher: RoomWatcher): Promise<(() => void) | null> {
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    room.watchers.add(watcher);
    const unwatch = () => {
      room.watchers.delete(watcher);
      if (room.watchers.size > 0 || this.#rooms.get(roomId) !== room) return;
      this.#rooms.delete(roomId);
      room.close();
    };
    const isThere = await room.opening.catch((error: unknown) => {
      unwatch();
      throw error;
    });
    if (isThere) return unwatch;
    unwatch();
    return null;
  }

  /** What has happened in a watched room since an event. */
  async since(roomId: string, eventNumber: number): Promise<RoomEvent[]> {
    const feed = this.#rooms.get(roomId)?.feed;
    const events: RoomEvent[] = [];
    for (let after = eventNumber; feed && after < feed.eventNumber; ) {
      const page = await feed.read(after);
      if (page.length === 0) break;
      events.push(...page);
      after = page.at(-1)?.eventNumber ?? after;
    }
    return events;
  }

  #open(roomId: string): Watched {
    const room: Watched = { watchers: new Set(), feed: null, opening: Promise.resolve(false), close: () => {} };
    this.#rooms.set(roomId, room);
    room.opening = this.#read(roomId, room);
    return room;
  }

  async #read(roomId: string, room: Watched): Promise<boolean> {
    const feed = await this.#feeds.acquire(roomId, 'watching');
    if (!feed) return false;
    room.feed = feed;
    let { eventNumber } = feed;
    const tell = (events: readonly RoomEvent[] | null) => {
      eventNumber = feed.eventNumber;
      for (const watcher of [...room.watchers]) watcher(events);
    };
    const unlisten = feed.listen({
      advanced: () => tell(feed.recent(eventNumber, Number.POSITIVE_INFINITY)),
      rewound: () => tell(null),
    });
    room.close = () => {
      unlisten();
      this.#feeds.release(roomId, 'watching');
    };
    // All may have gone while the feed was opened.
    if (this.#rooms.get(roomId) !== room) room.close();
    return true;
  }
}
