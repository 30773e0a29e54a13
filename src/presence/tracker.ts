import { everywhere, type PresenceStore } from './store.ts';

/** A user's stay in a place, by way of this node. */
interface Stay {
  /** Open connections, or live subscriptions. */
  holds: number;
  /** Runs while there are none: the user may be back in a moment. */
  leaving: NodeJS.Timeout | null;
}

/** How long a user stays who has let go: the reload of a page, or a deploy, is no leaving. */
const usualGraceMs = 4000;

/** Counts what keeps users in places by way of this node, and tells the store of the first hold and the last. */
export class PresenceTracker {
  readonly #store: PresenceStore;
  readonly #graceMs: number;
  readonly #stays = new Map<string, Map<string, Stay>>();
  #onlineUsers = 0;

  constructor(store: PresenceStore, graceMs = usualGraceMs) {
    this.#store = store;
    this.#graceMs = graceMs;
  }

  /** Users who are connected to this node, or were a moment ago. */
  get onlineUsers(): number {
    return this.#onlineUsers;
  }

  /** Keeps the user in the place until the returned function is called, and some seconds longer. */
  hold(place: string, userId: string): () => void {
    const stay = this.#stayOf(place, userId);
    stay.holds += 1;
    if (stay.leaving) clearTimeout(stay.leaving);
    stay.leaving = null;
    let isHeld = true;
    return () => {
      if (isHeld) this.#letGo(stay, { place, userId });
      isHeld = false;
    };
  }

  /** Has everybody look again at the user, wherever they are by way of this node. */
  announce(userId: string): void {
    for (const place of this.#stays.get(userId)?.keys() ?? []) this.#store.announce(place);
  }

  /** Stops without telling the store that anybody leaves. */
  close(): void {
    for (const stays of this.#stays.values()) {
      for (const { leaving } of stays.values()) if (leaving) clearTimeout(leaving);
    }
    this.#stays.clear();
  }

  #stayOf(place: string, userId: string): Stay {
    const stays = this.#stays.get(userId) ?? new Map<string, Stay>();
    const known = stays.get(place);
    if (known) return known;
    const stay: Stay = { holds: 0, leaving: null };
    this.#stays.set(userId, stays.set(place, stay));
    if (place === everywhere) this.#onlineUsers += 1;
    this.#store.enter(place, userId);
    return stay;
  }

  #letGo(stay: Stay, where: { place: string; userId: string }): void {
    stay.holds -= 1;
    if (stay.holds === 0) stay.leaving = setTimeout(() => this.#leave(where), this.#graceMs).unref();
  }

  #leave({ place, userId }: { place: string; userId: string }): void {
    const stays = this.#stays.get(userId);
    stays?.delete(place);
    if (stays?.size === 0) this.#stays.delete(userId);
    if (place === everywhere) this.#onlineUsers -= 1;
    this.#store.leave(place, userId);
  }
}
