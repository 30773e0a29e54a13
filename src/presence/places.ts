import type { Presences } from './store.ts';

/** Who is in which place, by way of this node. */
export class Places {
  readonly #byPlace = new Map<string, Set<string>>();

  add(place: string, userId: string): void {
    const users = this.#byPlace.get(place) ?? new Set();
    this.#byPlace.set(place, users.add(userId));
  }

  remove(place: string, userId: string): void {
    const users = this.#byPlace.get(place);
    users?.delete(userId);
    if (users?.size === 0) this.#byPlace.delete(place);
  }

  /** Places with anybody in them. */
  all(): string[] {
    return [...this.#byPlace.keys()];
  }

  usersIn(place: string): ReadonlySet<string> {
    return this.#byPlace.get(place) ?? nobody;
  }

  /** All who are in the place, up to a limit. */
  present(place: string, limit: number): Presences {
    const users = this.usersIn(place);
    const userIds: string[] = [];
    for (const userId of users) {
      if (userIds.length === limit) break;
      userIds.push(userId);
    }
    return { count: users.size, userIds };
  }

  arePresent(place: string, userIds: readonly string[]): boolean[] {
    const users = this.usersIn(place);
    return userIds.map((userId) => users.has(userId));
  }
}

const nobody: ReadonlySet<string> = new Set();
