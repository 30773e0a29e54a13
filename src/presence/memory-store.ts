import type { Bus, Unsubscribe } from '../bus/bus.ts';
import { Places } from './places.ts';
import type { PresenceStore, Presences } from './store.ts';
import { Watchers } from './watchers.ts';

/** The presence of a single process. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #places = new Places();
  readonly #watchers: Watchers;

  /** `onError`: called with what a watcher throws. */
  constructor(bus: Bus, onError: (error: unknown) => void) {
    this.#watchers = new Watchers(bus, onError);
  }

  enter(place: string, userId: string): void {
    this.#places.add(place, userId);
    this.announce(place);
  }

  leave(place: string, userId: string): void {
    this.#places.remove(place, userId);
    this.announce(place);
  }

  async present(place: string, limit: number): Promise<Presences> {
    return this.#places.present(place, limit);
  }

  async arePresent(place: string, userIds: readonly string[]): Promise<boolean[]> {
    return this.#places.arePresent(place, userIds);
  }

  watch(place: string, onChange: () => void): Promise<Unsubscribe> {
    return this.#watchers.watch(place, onChange);
  }

  announce(place: string): void {
    this.#watchers.announce(place);
  }

  async close(): Promise<void> {
    // There is nothing to give back.
  }
}
