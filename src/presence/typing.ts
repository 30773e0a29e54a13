import { endsMembershipOf } from '../access/access.ts';
import { rateLimited } from '../base/errors.ts';
import type { RoomWatches } from '../log/room-watch.ts';
import type { PresenceStore } from './store.ts';

/** How long somebody types who does not say so again. */
const usualTypingMs = 6000;
/** How often it may be said: clients that say it at every key are told to be calmer. */
const minIntervalMs = 2000;

/** The place where those are who type in a room. */
export function typingPlace(roomId: string): string {
  return `typing:${roomId}`;
}

interface Typist {
  saidAt: number;
  /** Runs while they type. */
  ending: NodeJS.Timeout | null;
}

interface TypingRoom {
  typists: Map<string, Typist>;
  unwatch: Promise<(() => void) | null>;
}

/** Who types in which room, as was said to this node; the presence store knows it of all nodes. */
export class Typing {
  readonly #store: PresenceStore;
  readonly #watches: RoomWatches;
  readonly #typingMs: number;
  readonly #rooms = new Map<string, TypingRoom>();

  constructor(store: PresenceStore, watches: RoomWatches, typingMs = usualTypingMs) {
    this.#store = store;
    this.#watches = watches;
    this.#typingMs = typingMs;
  }

  /** Returns for how many milliseconds they now count as typing. Throws RATE_LIMITED within 2 s of the last time. */
  start(roomId: string, userId: string): number {
    const room = this.#rooms.get(roomId) ?? this.#open(roomId);
    const now = Date.now();
    const typist = room.typists.get(userId) ?? { saidAt: Number.NEGATIVE_INFINITY, ending: null };
    const retryAfterMs = typist.saidAt + minIntervalMs - now;
    if (retryAfterMs > 0) throw rateLimited('That somebody types may be said every 2 seconds.', retryAfterMs);
    if (typist.ending) clearTimeout(typist.ending);
    else this.#store.enter(typingPlace(roomId), userId);
    typist.saidAt = now;
    typist.ending = setTimeout(() => this.stop(roomId, userId), this.#typingMs).unref();
    room.typists.set(userId, typist);
    return this.#typingMs;
  }

  /** Does nothing for who does not type. */
  stop(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId);
    const typist = room?.typists.get(userId);
    if (!room || !typist?.ending) return;
    clearTimeout(typist.ending);
    typist.ending = null;
    this.#store.leave(typingPlace(roomId), userId);
    // Kept for as long as it must not be said again.
    setTimeout(() => this.#forget(roomId, userId), minIntervalMs).unref();
  }

  close(): void {
    for (const roomId of [...this.#rooms.keys()]) this.#close(roomId);
  }

  #open(roomId: string): TypingRoom {
    // Whoever sends types no more, also if they send by another node, and whoever is a member no more.
    const watching = this.#watches.watch(roomId, (events) => {
      for (const event of events ?? []) {
        const done = event.type === 'MESSAGE_ADDED' ? event.actorId : endsMembershipOf(event);
        if (done) this.stop(roomId, done);
      }
    });
    const room = { typists: new Map<string, Typist>(), unwatch: watching.catch(() => null) };
    this.#rooms.set(roomId, room);
    return room;
  }

  #forget(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId);
    if (room?.typists.get(userId)?.ending !== null) return;
    room.typists.delete(userId);
    if (room.typists.size === 0) this.#close(roomId);
  }

  #close(roomId: string): void {
    const room = this.#rooms.get(roomId);
    this.#rooms.delete(roomId);
    for (const { ending } of room?.typists.values() ?? []) if (ending) clearTimeout(ending);
    void room?.unwatch.then((unwatch) => unwatch?.());
  }
}
