import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { PresenceStore, Presences } from './store.ts';
import { TopicUsers } from './topic-users.ts';
import { Watchers } from './watchers.ts';

/** The presence of a single process. */
export class MemoryPresenceStore implements PresenceStore {
  readonly #users = new TopicUsers();
  readonly #watchers: Watchers;

  /** `onError` is called with each error that a watcher throws. */
  constructor(bus: Bus, onError: (error: unknown) => void) {
    this.#watchers = new Watchers(bus, onError);
  }

  enter(topic: string, userId: string): void {
    this.#users.add(topic, userId);
    this.announce(topic);
  }

  leave(topic: string, userId: string): void {
    this.#users.remove(topic, userId);
    this.announce(topic);
  }

  async present(topic: string, limit: number): Promise<Presences> {
    return this.#users.present(topic, limit);
  }

  async arePresent(topic: string, userIds: readonly string[]): Promise<boolean[]> {
    return this.#users.arePresent(topic, userIds);
  }

  watch(topic: string, onChange: () => void): Promise<Unsubscribe> {
    return this.#watchers.watch(topic, onChange);
  }

  announce(topic: string): void {
    this.#watchers.announce(topic);
  }

  async close(): Promise<void> {
    // There is nothing to close.
  }
}
