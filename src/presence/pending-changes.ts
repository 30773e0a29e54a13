/**
 * The shortest time between two writes, in which changes are gathered. After a longer pause, a change is written at
 * once.
 */
const gatherMs = 50;

/** Users who have entered or left, by topic. */
export type Changes = ReadonlyMap<string, ReadonlySet<string>>;

/** Gathers changes that follow each other closely, and writes them together. */
export class PendingChanges {
  readonly #write: (changes: Changes) => void;
  #changes = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | null = null;
  #wroteAt = 0;
  #isClosed = false;

  constructor(write: (changes: Changes) => void) {
    this.#write = write;
  }

  add(topic: string, userId: string): void {
    const users = this.#changes.get(topic) ?? new Set();
    this.#changes.set(topic, users.add(userId));
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => this.flush(), this.#wroteAt + gatherMs - performance.now());
  }

  /** Writes the changes that wait. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#changes.size === 0) return;
    const changes = this.#changes;
    this.#changes = new Map();
    this.#wroteAt = performance.now();
    this.#write(changes);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
