/** Gives up a subscription; may be called twice. */
export type Unsubscribe = () => void;

/**
 * Carries messages to every node, this one included. It keeps nothing: what is published while nobody listens, or
 * while the connection is away, is gone, and may also come twice or out of order; its users find out from the log.
 * Messages are plain JSON values (and Dates), not to be changed by anyone.
 */
export interface Bus {
  /** Never throws and never waits: a failed publication is a lost one. */
  publish(topic: string, message: unknown): void;
  /** Resolves once messages published from now on will reach `listener`, which must not throw. */
  subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe>;
  /** Tells of the connection to other nodes: lost, and back (when anything may have been missed meanwhile). */
  watch(listener: (isConnected: boolean) => void): void;
  close(): Promise<void>;
}

type Listener = (message: unknown) => void;

/** Who listens to which topic in this process. */
export class Listeners {
  readonly #byTopic = new Map<string, Set<Listener>>();

  add(topic: string, listener: Listener): void {
    this.#byTopic.set(topic, (this.#byTopic.get(topic) ?? new Set()).add(listener));
  }

  /** Returns whether nobody listens to the topic any more. */
  remove(topic: string, listener: Listener): boolean {
    const listeners = this.#byTopic.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#byTopic.delete(topic);
    return !this.#byTopic.has(topic);
  }

  call(topic: string, message: unknown): void {
    for (const listener of this.#byTopic.get(topic) ?? []) listener(message);
  }

  clear(): void {
    this.#byTopic.clear();
  }
}

/** The bus of a single process. Listeners run in a later microtask, as they would behind a network. */
export class LocalBus implements Bus {
  readonly #listeners = new Listeners();

  publish(topic: string, message: unknown): void {
    queueMicrotask(() => this.#listeners.call(topic, message));
  }

  async subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe> {
    this.#listeners.add(topic, listener as Listener);
    return () => this.#listeners.remove(topic, listener as Listener);
  }

  watch(): void {
    // There is nothing to be cut off from.
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
