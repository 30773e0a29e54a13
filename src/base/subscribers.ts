interface Entry<Subscriber> {
  subscriber: Subscriber;
  /** Grows with each entry. */
  number: number;
}

/**
 * A list of subscribers: functions, or objects with several of them. The same subscriber may be added twice, and is then
 * called twice.
 */
export class Subscribers<Subscriber> {
  readonly #entries = new Set<Entry<Subscriber>>();
  readonly #onError: (error: unknown) => void;
  #added = 0;

  /** `onError` is called with each error that a subscriber throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a subscriber; the returned function removes it, and may be called twice. */
  add(subscriber: Subscriber): () => void {
    this.#added += 1;
    const entry = { subscriber, number: this.#added };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /**
   * Passes each subscriber to `call`, in the order in which they were added. A subscriber that is removed during this call
   * is skipped; one that is added during it is first called the next time. If one throws, the others are still called.
   */
  publish(call: (subscriber: Subscriber) => void): void {
    const last = this.#added;
    for (const { subscriber, number } of this.#entries) {
      if (number > last) return;
      try {
        call(subscriber);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Returns the subscribers at this moment. */
  all(): Subscriber[] {
    return Array.from(this.#entries, ({ subscriber }) => subscriber);
  }

  clear(): void {
    this.#entries.clear();
  }
}
