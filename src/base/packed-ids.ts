const idBytes = 16;

/** A set of UUIDs that takes 16 bytes for each; a `Set` takes about 100. */
export class PackedIds {
  readonly #bytes: Buffer;

  constructor(ids: readonly string[]) {
    // Texts of UUIDs have the order of their bytes.
    this.#bytes = bytesOf([...ids].sort().join(''));
  }

  /** Searches by bisection. */
  has(id: string): boolean {
    let [low, high] = [0, this.#bytes.length / idBytes];
    if (high === 0) return false;
    const wanted = bytesOf(id);
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = wanted.compare(this.#bytes, middle * idBytes, (middle + 1) * idBytes);
      if (order === 0) return true;
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    return false;
  }
}

function bytesOf(ids: string): Buffer {
  return Buffer.from(ids.replaceAll('-', ''), 'hex');
}
