import type { Presences } from './store.ts';

/** The users of each topic on this node. */
export class TopicUsers {
  readonly #byTopic = new Map<string, Set<string>>();

  add(topic: string, userId: string): void {
    const users = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, users.add(userId));
  }

  remove(topic: string, userId: string): void {
    const users = this.#byTopic.get(topic);
    users?.delete(userId);
    if (users?.size === 0) this.#byTopic.delete(topic);
  }

  /** Returns the topics that have users. */
  topics(): string[] {
    return [...this.#byTopic.keys()];
  }

  usersOf(topic: string): ReadonlySet<string> {
    return this.#byTopic.get(topic) ?? noUsers;
  }

  present(topic: string, limit: number): Presences {
    const users = this.usersOf(topic);
    const userIds: string[] = [];
    for (const userId of users) {
      if (userIds.length === limit) break;
      userIds.push(userId);
    }
    return { count: users.size, userIds };
  }

  arePresent(topic: string, userIds: readonly string[]): boolean[] {
    const users = this.usersOf(topic);
    return userIds.map((userId) => users.has(userId));
  }
}

const noUsers: ReadonlySet<string> = new Set();
