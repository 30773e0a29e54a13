import { LRUCache } from 'lru-cache';
import type { User } from '../generated/prisma/client.ts';
import { inOrderOf } from '../loaders.ts';
import { inBatches } from '../storage/batches.ts';
import type { Query } from '../storage/pool.ts';

const statement = `SELECT * FROM "User" WHERE "id" = ANY($1::uuid[])`;

const kept = 20_000;
/** For how long a change may stay unnoticed of which no word came. */
const keptMs = 60_000;

/** Users as they are shown where many of them are shown over and over: kept in memory until word comes of a change. */
export class KnownUsers {
  readonly #rows = new LRUCache<string, User>({ max: kept, ttl: keptMs });
  readonly #load: (userId: string) => Promise<User | null>;
  /** Users of whom word came while they were read. */
  #forgotten = new Set<string>();
  /** Whether that may be so of all of them. */
  #isCleared = false;
  readonly #watchers = new Set<(userId: string) => void>();

  constructor(query: Query) {
    this.#load = inBatches(async (userIds) => {
      this.#forgotten = new Set();
      this.#isCleared = false;
      const rows = await query<User & Record<string, unknown>>('users', statement, [userIds]);
      const isCurrent = ({ id }: User) => !this.#isCleared && !this.#forgotten.has(id);
      for (const row of rows) if (isCurrent(row)) this.#rows.set(row.id, row);
      return inOrderOf(userIds, rows, ({ id }) => id);
    });
  }

  /** Those that there are, in the order asked for. */
  async load(userIds: readonly string[]): Promise<User[]> {
    const users = await Promise.all(userIds.map(async (id) => this.#rows.get(id) ?? this.#load(id)));
    return users.filter((user) => user !== null);
  }

  /** The user has changed. */
  forget(userId: string): void {
    this.#forgotten.add(userId);
    this.#rows.delete(userId);
    for (const onChange of this.#watchers) onChange(userId);
  }

  /** Users may have changed of whom no word came. */
  clear(): void {
    this.#isCleared = true;
    this.#rows.clear();
  }

  /** Calls `onChange` with each user who has changed, after which `load` gives them as they are. */
  watch(onChange: (userId: string) => void): () => void {
    this.#watchers.add(onChange);
    return () => this.#watchers.delete(onChange);
  }
}
