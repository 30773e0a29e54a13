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
  /**
   * Resolves once messages published from now on will reach `listener`. While the connection is away it resolves too, and
   * they will once it is back. A listener that throws harms nobody else, and is logged.
   */
  subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe>;
  /**
   * Tells of the connection to other nodes: that it is lost (at once, if it is so already), and that it is back, whenever
   * anything may have been missed. Who is told nothing is connected.
   */
  watch(listener: (isConnected: boolean) => void): void;
  close(): Promise<void>;
}

type Listener = (message: unknown) => void;

/** Who listens to which topic in this process. */
export class Listeners {
  readonly #byTopic = new Map<string, Set<{ listener: Listener }>>();
  readonly #onFault: (error: unknown) => void;

  /** `onFault`: told what a listener threw. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(topic: string, listener: (message: never) => void): Unsubscribe {
    const entries = this.#byTopic.get(topic) ?? new Set();
    const entry = { listener: listener as Listener };
    this.#byTopic.set(topic, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#byTopic.get(topic) === entries) this.#byTopic.delete(topic);
    };
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic);
  }

  call(topic: string, message: unknown): void {
    for (const { listener } of this.#byTopic.get(topic) ?? []) {
      try {
        listener(message);
      } catch (error) {
        this.#onFault(error);
      }
    }
  }

  clear(): void {
    this.#byTopic.clear();
  }
}

/** The bus of a single process. Listeners run in a later microtask, as they would behind a network. */
export class LocalBus implements Bus {
  readonly #listeners: Listeners;

  /** `onFault`: told what a listener threw. */
  constructor(onFault: (error: unknown) => void) {
    this.#listeners = new Listeners(onFault);
  }

  publish(topic: string, message: unknown): void {
    queueMicrotask(() => this.#listeners.call(topic, message));
  }

  async subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe> {
    return this.#listeners.add(topic, listener);
  }

  watch(): void {
    // There is nothing to be cut off from.
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
