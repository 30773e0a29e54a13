import { LRUCache } from 'lru-cache';

type Payloads = readonly Buffer[];

/**
 * The most bytes of kept results and their frames. Results are kept because thousands of clients resume at once after a
 * lost connection, and read the same batches.
 */
const keptBytes = 64 * 1024 * 1024;
/** How long results are kept: a name in them may have changed since, without an event. */
const keptMs = 10_000;

/** Makes each result once for all callers that ask for it at the same time or soon after. */
export class KeptResults {
  readonly #kept = new LRUCache<string, Payloads>({
    maxSize: keptBytes,
    sizeCalculation: (payloads, key) => payloads.reduce((sum, { length }) => sum + 2 * length, key.length),
    ttl: keptMs,
  });
  readonly #underWay = new Map<string, Promise<Payloads>>();
  readonly #isFlawed: (payload: Buffer) => boolean;

  /** `isFlawed`: returns whether a result must not be kept. */
  constructor(isFlawed: (payload: Buffer) => boolean) {
    this.#isFlawed = isFlawed;
  }

  /** Returns the results of a key; calls `make` if they are neither kept nor being made. */
  get(key: string, make: () => Promise<Payloads>): Promise<Payloads> {
    const kept = this.#kept.get(key);
    return kept ? Promise.resolve(kept) : (this.#underWay.get(key) ?? this.#make(key, make));
  }

  #make(key: string, make: () => Promise<Payloads>): Promise<Payloads> {
    const made = make()
      .then((payloads) => {
        if (!payloads.some(this.#isFlawed)) this.#kept.set(key, payloads);
        return payloads;
      })
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, made);
    return made;
  }
}
