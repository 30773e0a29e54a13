/** Gives up a subscription; may be called twice. */
export type Unsubscribe = () => void;

/**
 * Carries messages to every node, this one included. It keeps nothing: what is published while nobody listens, or
 * while the connection is away, is gone, and its users find out from the log.
 */
export interface Bus {
  /** Never throws and never waits: a failed publication is a lost one. */
  publish(topic: string, message: string): void;
  /** Resolves once messages published from now on will reach `listener`. A listener must not throw. */
  subscribe(topic: string, listener: (message: string) => void): Promise<Unsubscribe>;
  close(): Promise<void>;
}

/** The bus of a single process. Listeners run in a later microtask, as with a bus over the network. */
export class LocalBus implements Bus {
  readonly #listeners = new Map<string, Set<(message: string) => void>>();

  publish(topic: string, message: string): void {
    queueMicrotask(() => {
      for (const listener of this.#listeners.get(topic) ?? []) listener(message);
    });
  }

  async subscribe(topic: string, listener: (message: string) => void): Promise<Unsubscribe> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
