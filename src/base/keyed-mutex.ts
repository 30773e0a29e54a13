import { Semaphore, type WaitLimits } from './semaphore.ts';

/** Runs work with the same key one after the other, in the order in which it was added; other keys do not wait. */
export class KeyedMutex<Key> {
  readonly #waitLimits: WaitLimits | null;
  /** Only the keys for which work runs. */
  readonly #byKey = new Map<Key, Semaphore>();

  /** `waitLimits` apply to each key on its own. */
  constructor(waitLimits: WaitLimits | null = null) {
    this.#waitLimits = waitLimits;
  }

  /** Runs `work` when all earlier work with this key is done, synchronously if there is none. Settles as `work` does. */
  run<Result>(key: Key, work: () => Promise<Result>): Promise<Result> {
    return (this.#byKey.get(key) ?? this.#add(key)).run(work);
  }

  /** Rejects all work that waits for this key. */
  refuseWaiting(key: Key, error: unknown): void {
    this.#byKey.get(key)?.refuseWaiting(error);
  }

  #add(key: Key): Semaphore {
    const mutex = new Semaphore(1, this.#waitLimits, () => this.#byKey.delete(key));
    this.#byKey.set(key, mutex);
    return mutex;
  }
}
