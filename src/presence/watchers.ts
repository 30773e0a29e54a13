import type { Bus, Unsubscribe } from '../bus/bus.ts';

/** Who on this node wants to hear of changes in which place. Changes travel by the bus. */
export class Watchers {
  readonly #bus: Bus;
  readonly #all = new Set<{ onChange: () => void }>();

  constructor(bus: Bus) {
    this.#bus = bus;
    bus.watch((isConnected) => {
      if (isConnected) this.callAll();
    });
  }

  async watch(place: string, onChange: () => void): Promise<Unsubscribe> {
    const entry = { onChange };
    const unsubscribe = await this.#bus.subscribe(topicOf(place), onChange);
    this.#all.add(entry);
    return () => {
      this.#all.delete(entry);
      unsubscribe();
    };
  }

  /** Tells those who watch the place, on every node. */
  announce(place: string): void {
    this.#bus.publish(topicOf(place), null);
  }

  /** Tells everybody of this node: anything may have changed. */
  callAll(): void {
    for (const { onChange } of this.#all) onChange();
  }
}

function topicOf(place: string): string {
  return `presence:${place}`;
}
