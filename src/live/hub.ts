/** Somebody who follows what a hub tells. */
export interface Follower<Value> {
  /** Who it is, as `Hub.endFor` knows them. */
  readonly owner: string;
  /** Takes each value; replaced while the follower is not ready for any. */
  next: (value: Value) => void;
  /** Called when they may not follow any more. */
  readonly end: () => void;
}

/** Passing values of one topic on this node: gives each to all who follow. */
export class Hub<Value> {
  readonly #followers = new Set<Follower<Value>>();

  get owners(): string[] {
    return [...new Set([...this.#followers].map(({ owner }) => owner))];
  }

  add(follower: Follower<Value>): void {
    this.#followers.add(follower);
  }

  remove(follower: Follower<Value>): void {
    this.#followers.delete(follower);
  }

  emit(value: Value): void {
    for (const { next } of this.#followers) next(value);
  }

  /** Sends those away who follow as this owner. */
  endFor(owner: string): void {
    for (const follower of [...this.#followers]) if (follower.owner === owner) follower.end();
  }
}
