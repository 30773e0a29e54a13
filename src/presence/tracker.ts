import { onlineTopic, type PresenceStore } from './store.ts';

/** A user's presence in a topic on this node. */
interface Stay {
  /** Open connections, or live subscriptions. */
  holds: number;
  /** Runs while `holds` is 0: the user may return in a moment. */
  leaving: NodeJS.Timeout | null;
}

/** How long a user stays present after the last hold: reloading a page, or a deployment, takes no user offline. */
const usualGraceMs = 4000;

/**
 * Counts the holds that keep users present on this node. A user enters with their first hold, and leaves after their
 * last hold has ended.
 */
export class PresenceTracker {
  readonly #store: Pick<PresenceStore, 'enter' | 'leave' | 'announce'>;
  readonly #graceMs: number;
  readonly #stays = new Map<string, Map<string, Stay>>();
  #onlineUsers = 0;

  constructor(store: Pick<PresenceStore, 'enter' | 'leave' | 'announce'>, graceMs = usualGraceMs) {
    this.#store = store;
    this.#graceMs = graceMs;
  }

  /** Users who are connected to this node, or were a moment ago. */
  get onlineUsers(): number {
    return this.#onlineUsers;
  }

  /** Keeps the user present until the returned function is called, and for some seconds after. */
  hold(topic: string, userId: string): () => void {
    const stay = this.#stayOf(topic, userId);
    stay.holds += 1;
    if (stay.leaving) clearTimeout(stay.leaving);
    stay.leaving = null;
    let isHeld = true;
    return () => {
      if (isHeld) this.#release(stay, { topic, userId });
      isHeld = false;
    };
  }

  /** Announces that a user looks different, in all topics where they are present on this node. */
  announce(userId: string): void {
    for (const topic of this.#stays.get(userId)?.keys() ?? []) this.#store.announce(topic);
  }

  /** Stops; the users stay present in the store. */
  close(): void {
    for (const stays of this.#stays.values()) {
      for (const { leaving } of stays.values()) if (leaving) clearTimeout(leaving);
    }
    this.#stays.clear();
  }

  #stayOf(topic: string, userId: string): Stay {
    const stays = this.#stays.get(userId) ?? new Map<string, Stay>();
    const known = stays.get(topic);
    if (known) return known;
    const stay: Stay = { holds: 0, leaving: null };
    this.#stays.set(userId, stays.set(topic, stay));
    if (topic === onlineTopic) this.#onlineUsers += 1;
    this.#store.enter(topic, userId);
    return stay;
  }

  #release(stay: Stay, of: { topic: string; userId: string }): void {
    stay.holds -= 1;
    if (stay.holds === 0) stay.leaving = setTimeout(() => this.#leave(of), this.#graceMs).unref();
  }

  #leave({ topic, userId }: { topic: string; userId: string }): void {
    const stays = this.#stays.get(userId);
    stays?.delete(topic);
    if (stays?.size === 0) this.#stays.delete(userId);
    if (topic === onlineTopic) this.#onlineUsers -= 1;
    this.#store.leave(topic, userId);
  }
}
