import { LRUCache } from 'lru-cache';
import { coalesce } from '../base/coalesce.ts';
import { Subscribers } from '../base/subscribers.ts';
import type { User } from '../generated/prisma/client.ts';
import { inOrderOf } from '../graphql/loaders.ts';
import type { Query } from '../storage/pool.ts';
import { loadUsers } from './rows.ts';

const kept = 20_000;
/** How long a cached user may be outdated if the announcement of a change was lost. */
const keptMs = 60_000;

/** A running statement. Its result may be older than a change that is announced meanwhile. */
interface Read {
  /** Users whose change was announced since it started. */
  changed: Set<string>;
  /** Whether any user may have changed since it started. */
  isOutdated: boolean;
}

/** A cache of users for results that show many of them often. The announcement of a change removes the user. */
export class KnownUsers {
  readonly #rows = new LRUCache<string, User>({ max: kept, ttl: keptMs });
  readonly #load: (userId: string) => Promise<User | null>;
  readonly #reads = new Set<Read>();
  readonly #watchers: Subscribers<(userId: string) => void>;

  /** `onError` is called with each error that a watcher throws. */
  constructor(query: Query, onError: (error: unknown) => void) {
    this.#watchers = new Subscribers(onError);
    this.#load = coalesce(async (userIds) => {
      // One record for each statement: a slow statement may still run when the next one starts.
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

  /** Returns the users that exist, in the order of the ids. */
  async load(userIds: readonly string[]): Promise<User[]> {
    const users = await Promise.all(userIds.map(async (id) => this.#rows.get(id) ?? this.#load(id)));
    return users.filter((user) => user !== null);
  }

  /** Removes a user who has changed, and calls the watchers. */
  forget(userId: string): void {
    for (const { changed } of this.#reads) changed.add(userId);
    this.#rows.delete(userId);
    this.#watchers.publish((onChange) => onChange(userId));
  }

  /** Removes all users, after announcements may have been lost. */
  clear(): void {
    for (const read of this.#reads) read.isOutdated = true;
    this.#rows.clear();
  }

  /** Calls `onChange` with the id of each user who has changed; `load` then returns the new row. */
  watch(onChange: (userId: string) => void): () => void {
    return this.#watchers.add(onChange);
  }

  #keep(rows: readonly User[], { changed, isOutdated }: Read): void {
    if (isOutdated) return;
    for (const row of rows) if (!changed.has(row.id)) this.#rows.set(row.id, row);
  }
}
