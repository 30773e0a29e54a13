import { LRUCache } from 'lru-cache';
import { coalesce } from '../base/coalesce.ts';
import type { User } from '../generated/prisma/client.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import { Subscribers } from '../live/subscribers.ts';
import type { Query } from '../storage/pool.ts';
import { loadUsers } from './rows.ts';

const kept = 20_000;
/** For how long a change may stay unnoticed of which no word came. */
const keptMs = 60_000;

/** A statement under way, whose answer may be older than the word that came meanwhile. */
interface Read {
  /** Users of whom word came. */
  changed: Set<string>;
  /** Whether any user may have changed. */
  isOutdated: boolean;
}

/** Users as they are shown where many of them are shown over and over: kept in memory until word comes of a change. */
export class KnownUsers {
  readonly #rows = new LRUCache<string, User>({ max: kept, ttl: keptMs });
  readonly #load: (userId: string) => Promise<User | null>;
  readonly #reads = new Set<Read>();
  readonly #watchers: Subscribers<(userId: string) => void>;

  /** `onError`: called with what a watcher throws. */
  constructor(query: Query, onError: (error: unknown) => void) {
    this.#watchers = new Subscribers(onError);
    this.#load = coalesce(async (userIds) => {
      // Of its own: a load that is late is still under way when the next one starts.
      const read: Read = { changed: new Set(), isOutdated: false };
      this.#reads.add(read);
      try {
        const rows = await loadUsers(query, userIds);
        this.#keep(rows, read);
        return inOrderOf(userIds, rows, ({ id }) => id);
      } finally {
        this.#reads.delete(read);
      }
    });
  }

  /** Those that there are, in the order asked for. */
  async load(userIds: readonly string[]): Promise<User[]> {
    const users = await Promise.all(userIds.map(async (id) => this.#rows.get(id) ?? this.#load(id)));
    return users.filter((user) => user !== null);
  }

  /** The user has changed. */
  forget(userId: string): void {
    for (const { changed } of this.#reads) changed.add(userId);
    this.#rows.delete(userId);
    this.#watchers.publish((onChange) => onChange(userId));
  }

  /** Users may have changed of whom no word came. */
  clear(): void {
    for (const read of this.#reads) read.isOutdated = true;
    this.#rows.clear();
  }

  /** Calls `onChange` with each user who has changed, after which `load` gives them as they are. */
  watch(onChange: (userId: string) => void): () => void {
    return this.#watchers.add(onChange);
  }

  #keep(rows: readonly User[], { changed, isOutdated }: Read): void {
    if (isOutdated) return;
    for (const row of rows) if (!changed.has(row.id)) this.#rows.set(row.id, row);
  }
}
