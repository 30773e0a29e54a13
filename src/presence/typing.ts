import { rateLimited } from '../base/errors.ts';
import { type Lease, SharedResources } from '../live/shared.ts';
import type { Watches } from '../live/watches.ts';
import { membershipEndedFor } from '../log/access-changes.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import type { PresenceStore } from './store.ts';

/** How long a user counts as typing after a call of `start`. */
const usualTypingMs = 6000;
/** The shortest time between two calls of `start`: a client that calls at every key press is rejected. */
const minIntervalMs = 2000;

/** The presence topic of the users who type in a room. */
export function typingTopic(roomId: string): string {
  return `typing:${roomId}`;
}

interface Typist {
  startedAt: number;
  /** Keeps the room watched while the user types; null once they have stopped. */
  watch: Lease<unknown> | null;
  /** While the user types, ends the typing. After that, removes this entry once the user may start again. */
  timer: NodeJS.Timeout | null;
}

/** The users who type in rooms on this node. The presence store has those of all nodes. */
export class Typing {
  readonly #store: PresenceStore;
  readonly #typingMs: number;
  readonly #watched: SharedResources<true>;
  readonly #typists = new Map<string, Typist>();

  constructor(store: PresenceStore, watches: Pick<Watches<RoomEvent>, 'watch'>, typingMs = usualTypingMs) {
    this.#store = store;
    this.#typingMs = typingMs;
    this.#watched = new SharedResources({
      open: async (roomId) => {
        const close = await watches.watch(roomId, (events) => this.#stopBecauseOf(events ?? []));
        return close && { value: true, close };
      },
    });
  }

  /**
   * Starts or prolongs the user's typing, and returns for how many milliseconds it lasts. Throws RATE_LIMITED if the
   * last call was less than two seconds ago.
   */
  start(roomId: string, userId: string): number {
    const key = keyOf(roomId, userId);
    const typist = this.#typists.get(key) ?? newTypist();
    const now = performance.now();
    const retryAfterMs = typist.startedAt + minIntervalMs - now;
    if (retryAfterMs > 0) throw rateLimited('`setTyping` is accepted once every 2 seconds.', retryAfterMs);
    if (!typist.watch) {
      // If the room cannot be watched, typing ends by its time alone.
      typist.watch = this.#watched.acquire(roomId);
      this.#store.enter(typingTopic(roomId), userId);
    }
    typist.startedAt = now;
    setTimer(typist, this.#typingMs, () => this.stop(roomId, userId));
    this.#typists.set(key, typist);
    return this.#typingMs;
  }

  /** Ends the user's typing; does nothing if they do not type. */
  stop(roomId: string, userId: string): void {
    const key = keyOf(roomId, userId);
    const typist = this.#typists.get(key);
    if (!typist?.watch) return;
    typist.watch.release();
    typist.watch = null;
    this.#store.leave(typingTopic(roomId), userId);
    // The entry stays until the user may start again.
    setTimer(typist, minIntervalMs, () => this.#typists.delete(key));
  }

  close(): void {
    for (const { timer } of this.#typists.values()) if (timer) clearTimeout(timer);
    this.#typists.clear();
    this.#watched.close();
  }

  /**
   * A message ends its author's typing, whichever node it was sent to, and so does the end of a membership. Archiving the
   * room ends the typing of all.
   */
  #stopBecauseOf(events: readonly RoomEvent[]): void {
    for (const event of events) {
      if (event.type === 'ROOM_UPDATED' && event.room.archivedAt) this.#stopAllIn(event.roomId);
      const userId = event.type === 'MESSAGE_ADDED' ? event.actorId : membershipEndedFor(event);
      if (userId) this.stop(event.roomId, userId);
    }
  }

  #stopAllIn(roomId: string): void {
    for (const key of this.#typists.keys()) {
      const [room, userId] = key.split(' ');
      if (room === roomId) this.stop(roomId, userId!);
    }
  }
}

function keyOf(roomId: string, userId: string): string {
  return `${roomId} ${userId}`;
}

function newTypist(): Typist {
  return { startedAt: Number.NEGATIVE_INFINITY, watch: null, timer: null };
}

function setTimer(typist: Typist, ms: number, call: () => void): void {
  if (typist.timer) clearTimeout(typist.timer);
  typist.timer = setTimeout(call, ms).unref();
}
