import { Subscribers } from '../base/subscribers.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { Slices } from '../live/slices.ts';

/** All watchers are called within this time. PROTOCOL.md promises how soon the users of a killed node disappear. */
const allWithinMs = 1000;

/** The watchers of presence topics on this node. Changes are announced over the bus. */
export class Watchers {
  readonly #bus: Bus;
  readonly #all: Subscribers<() => void>;
  readonly #calls: Slices<() => void>;

  /** `onError` is called with each error that a watcher throws. */
  constructor(bus: Bus, onError: (error: unknown) => void) {
    this.#bus = bus;
    this.#all = new Subscribers(onError);
    this.#calls = new Slices((onChange) => onChange(), onError, allWithinMs);
    bus.watch((isConnected) => {
      if (isConnected) this.callAll();
    });
  }

  async watch(topic: string, onChange: () => void): Promise<Unsubscribe> {
    const unsubscribe = await this.#bus.subscribe(busTopic(topic), onChange);
    const remove = this.#all.add(onChange);
    return () => {
      remove();
      this.#calls.delete(onChange);
      unsubscribe();
    };
  }

  /** Calls the watchers of a topic on every node. */
  announce(topic: string): void {
    this.#bus.publish(busTopic(topic), null);
  }

  /** Calls all watchers on this node within a second, as anything may have changed. */
  callAll(): void {
    this.#calls.add(this.#all.all());
  }
}

function busTopic(topic: string): string {
  return `presence:${topic}`;
}
