import { Subscribers } from '../base/subscribers.ts';

/** Ends a subscription; a second call does nothing. */
export type Unsubscribe = () => void;

/**
 * Carries messages to every node, including this one. It keeps nothing: a message that is published without a subscriber,
 * or while the connection is lost, is gone. Messages may also arrive twice or out of order. The log has all events.
 * Messages are plain JSON values (and Dates), which no subscriber may change.
 */
export interface Bus {
  /** Never throws and never waits: a failed publication is a lost message. */
  publish(topic: string, message: unknown): void;
  /**
   * Calls `listener` with each message that is published after this has resolved. While the connection is lost, this resolves
   * at once, and messages arrive after the next connection. The bus logs an error that a listener throws.
   */
  subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe>;
  /**
   * Calls `listener` with false when the connection to other nodes is lost, at once if it is lost now. Calls it with true when
   * messages may have been missed and arrive again: after a reconnection, or after another node has lost messages. If the
   * listener is never called, the bus is connected.
   */
  watch(listener: (isConnected: boolean) => void): void;
  close(): Promise<void>;
}

type Listener = (message: unknown) => void;

/** The listeners of each topic in this process. */
export class Listeners {
  readonly #byTopic = new Map<string, Subscribers<Listener>>();
  readonly #onError: (error: unknown) => void;

  /** `onError` is called with each error that a listener throws. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(topic: string, listener: (message: never) => void): Unsubscribe {
    const listeners = this.#byTopic.get(topic) ?? new Subscribers<Listener>(this.#onError);
    this.#byTopic.set(topic, listeners);
    const remove = listeners.add(listener as Listener);
    return () => {
      remove();
      if (listeners.size === 0 && this.#byTopic.get(topic) === listeners) this.#byTopic.delete(topic);
    };
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic);
  }

  call(topic: string, message: unknown): void {
    this.#byTopic.get(topic)?.publish((listener) => listener(message));
  }

  clear(): void {
    this.#byTopic.clear();
  }
}

/** The bus of a single process. Listeners run in a later microtask, as they would after a network. */
export class LocalBus implements Bus {
  readonly #listeners: Listeners;

  /** `onError` is called with each error that a listener throws. */
  constructor(onError: (error: unknown) => void) {
    this.#listeners = new Listeners(onError);
  }

  publish(topic: string, message: unknown): void {
    queueMicrotask(() => this.#listeners.call(topic, message));
  }

  async subscribe(topic: string, listener: (message: never) => void): Promise<Unsubscribe> {
    return this.#listeners.add(topic, listener);
  }

  watch(): void {
    // A single process cannot lose its connection.
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
