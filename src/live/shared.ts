/** An open resource, and what closes it. `close` is called once and must not throw. */
export interface Opened<Value> {
  value: Value;
  close: () => void;
}

/** One holder's claim on a resource. */
export interface Lease<Value> {
  /** Resolves to the open resource, or to null if there is none. If it rejects, the lease has ended. */
  readonly value: Promise<Value | null>;
  /** Ends the claim; may be called while the resource opens. A second call does nothing. */
  release: () => void;
}

interface SharedOptions<Value> {
  /** Opens the resource of a key; resolves to null if there is none. */
  open: (key: string) => Promise<Opened<Value> | null>;
  /** How long a resource stays open after its last holder has released it; 0 unless given. */
  lingerMs?: number;
}

interface Entry<Value> {
  holders: number;
  opening: Promise<Value | null>;
  opened: Opened<Value> | null;
  lingering: NodeJS.Timeout | null;
}

/**
 * Resources that open asynchronously and are shared by their holders. The first holder of a key opens its resource, and the
 * last one closes it; there is at most one opening of a key at a time. A failed opening is not kept: it fails for its
 * holders, and the next `acquire` tries again.
 */
export class SharedResources<Value> {
  readonly #options: SharedOptions<Value>;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(options: SharedOptions<Value>) {
    this.#options = options;
  }

  /** How many resources are open, opening or lingering. */
  get size(): number {
    return this.#entries.size;
  }

  /** Returns how many leases of a key have not been released. */
  holders(key: string): number {
    return this.#entries.get(key)?.holders ?? 0;
  }

  /** Returns the resource of a key if it is open. */
  get(key: string): Value | null {
    return this.#entries.get(key)?.opened?.value ?? null;
  }

  /** Returns all open resources. */
  values(): Value[] {
    return [...this.#entries.values()].flatMap(({ opened }) => (opened ? [opened.value] : []));
  }

  acquire(key: string): Lease<Value> {
    const entry = this.#entries.get(key) ?? this.#start(key);
    entry.holders += 1;
    if (entry.lingering) clearTimeout(entry.lingering);
    entry.lingering = null;
    let isHeld = true;
    const release = () => {
      if (isHeld) this.#release(key, entry);
      isHeld = false;
    };
    return { value: entry.opening, release };
  }

  /** Closes all resources, also those that are held; one that is still opening is closed when it is open. */
  close(): void {
    for (const [key, entry] of this.#entries) this.#close(key, entry);
  }

  #start(key: string): Entry<Value> {
    const entry: Entry<Value> = { holders: 0, opening: Promise.resolve(null), opened: null, lingering: null };
    this.#entries.set(key, entry);
    entry.opening = this.#open(key, entry);
    // Holders who have released their leases do not wait for the outcome.
    entry.opening.catch(() => {});
    return entry;
  }

  async #open(key: string, entry: Entry<Value>): Promise<Value | null> {
    try {
      entry.opened = await this.#options.open(key);
    } finally {
      if (!entry.opened) this.#forget(key, entry);
    }
    const { opened } = entry;
    if (!opened) return null;
    if (this.#entries.get(key) !== entry) this.#close(key, entry);
    else if (entry.holders === 0) this.#rest(key, entry);
    return opened.value;
  }

  #release(key: string, entry: Entry<Value>): void {
    entry.holders -= 1;
    // The resource may still be opening, or have been closed by `close`.
    if (entry.holders === 0 && entry.opened && this.#entries.get(key) === entry) this.#rest(key, entry);
  }

  /** Closes a resource without holders, after the time in which it may be acquired again. */
  #rest(key: string, entry: Entry<Value>): void {
    const { lingerMs = 0 } = this.#options;
    if (lingerMs === 0) this.#close(key, entry);
    else entry.lingering = setTimeout(() => this.#close(key, entry), lingerMs).unref();
  }

  #close(key: string, entry: Entry<Value>): void {
    // Before closing: if the key is acquired while its resource closes, a new one must open.
    this.#forget(key, entry);
    if (entry.lingering) clearTimeout(entry.lingering);
    entry.opened?.close();
  }

  #forget(key: string, entry: Entry<Value>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
