import type { MembershipChanged } from '../log/events/membership-changed.ts';
import type { ViewerSnapshot } from './pending.ts';
import type { NotificationAdded, ViewerEvent } from './viewer-event.ts';
import { ViewerStream, type ViewerStreamOptions } from './viewer-stream.ts';

/** A subscription of a user: it gets a snapshot, then each event after it once. */
export interface Follower {
  next: (event: ViewerEvent) => void;
  /** Called when events may have been missed: the follower must begin again. */
  onLost: () => void;
}

/** What the stream needs besides its followers. */
export type ViewerSources = Omit<ViewerStreamOptions, 'ends' | 'next' | 'onLost'>;

/** One reading of the stream: its snapshot, and a function that ends the events after it. */
export interface ViewerReading {
  snapshot: Promise<ViewerSnapshot>;
  stop: () => void;
}

/**
 * The stream of a user that all of their subscriptions on this node share: it takes time and memory for each of the user's
 * rooms. It begins with the first follower and is closed with the last one. If it fails, or loses events, the next follower
 * begins another one.
 */
export class SharedViewerStream {
  /**
   * The events that ended the user's access to rooms, by room. They outlast a restart of the stream: values of the earlier
   * one may still wait to be sent.
   */
  readonly ends = new Map<string, MembershipChanged>();
  readonly #sources: ViewerSources;
  #current: Running | null = null;

  constructor(sources: ViewerSources) {
    this.#sources = sources;
  }

  follow(follower: Follower): ViewerReading {
    if (!this.#current || this.#current.isOver) this.#current = new Running(this.#sources, this.ends);
    return this.#current.add(follower);
  }
}

/** A stream from its first follower to its last one. */
class Running {
  isOver = false;
  readonly #sources: ViewerSources;
  readonly #stream: ViewerStream;
  readonly #readers = new Set<Reader>();
  readonly #begun: Promise<unknown>;
  /** The first snapshot, until it is being read: who follows later may miss events after it. It may be large. */
  #first: Promise<ViewerSnapshot> | null;

  constructor(sources: ViewerSources, ends: Map<string, MembershipChanged>) {
    this.#sources = sources;
    const snapshotOf = (userId: string) => {
      this.#first = null;
      return sources.snapshotOf(userId);
    };
    const next = (event: ViewerEvent) => {
      for (const reader of this.#readers) reader.take(event);
    };
    this.#stream = new ViewerStream({ ...sources, snapshotOf, ends, next, onLost: () => this.#lose() });
    this.#first = this.#stream.begin();
    this.#begun = this.#first.then(() => {});
    this.#begun.catch(() => this.#end());
  }

  add(follower: Follower): ViewerReading {
    const reader = new Reader(follower);
    this.#readers.add(reader);
    const stop = () => {
      reader.close();
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#end();
    };
    if (!this.#first) return { snapshot: this.#snapshotFor(reader), stop };
    reader.open({ rooms: [] }, () => 0);
    return { snapshot: this.#first, stop };
  }

  /** Reads a snapshot for a reader who came after the first one. The stream holds the messages since then ready. */
  async #snapshotFor(reader: Reader): Promise<ViewerSnapshot> {
    await this.#begun;
    const snapshot = await this.#sources.snapshotOf(this.#sources.userId);
    reader.open(snapshot, (roomId) => this.#stream.lastOf(roomId));
    return snapshot;
  }

  #lose(): void {
    const readers = [...this.#readers];
    // First: a reader who begins again must get another stream.
    this.#end();
    for (const reader of readers) reader.onLost();
  }

  #end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#readers.clear();
    this.#stream.close();
  }
}

/** The most events that may wait for a snapshot. If more arrive, the reader begins again. */
const maxEarly = 1000;

/** Passes the events of a stream to a follower: those after the follower's snapshot. */
class Reader {
  readonly #follower: Follower;
  /** Events that arrived before `open` was called; null after that. */
  #early: ViewerEvent[] | null = [];
  /** Number of the last message in the snapshot, by room; only of the rooms where it has not passed yet. */
  readonly #shown = new Map<string, number>();
  #isClosed = false;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  onLost(): void {
    this.#follower.onLost();
  }

  take(event: ViewerEvent): void {
    if (!this.#early) this.#pass(event);
    else if (this.#early.length < maxEarly) this.#early.push(event);
    else this.onLost();
  }

  /**
   * Begins to pass events on: those after the snapshot. `lastOf` returns the number of the last message of a room that has
   * arrived.
   */
  open({ rooms }: Pick<ViewerSnapshot, 'rooms'>, lastOf: (roomId: string) => number): void {
    const early = this.#early ?? [];
    this.#early = null;
    const waiting = new Set(early.map((event) => 'roomId' in event && event.roomId));
    for (const { roomId, lastSequence } of rooms) {
      if (lastSequence > lastOf(roomId) || waiting.has(roomId)) this.#shown.set(roomId, lastSequence);
    }
    for (const event of early) this.#pass(event);
  }

  /** Passes nothing more on, even if the snapshot is read later. */
  close(): void {
    this.#isClosed = true;
  }

  #pass(event: ViewerEvent): void {
    if (this.#isClosed) return;
    if (event.type !== 'NOTIFICATION_ADDED' || !this.#isShown(event)) this.#follower.next(event);
  }

  #isShown({ roomId, message }: NotificationAdded): boolean {
    const isShown = message.sequence <= (this.#shown.get(roomId) ?? 0);
    // The messages of a room arrive in order.
    if (!isShown) this.#shown.delete(roomId);
    return isShown;
  }
}
