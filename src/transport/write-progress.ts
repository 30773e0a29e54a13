import type { Socket } from 'node:net';

/** Finds out whether the peer of a connection reads what waits for it. */
export class WriteProgress {
  readonly #socket: Pick<Socket, 'bytesWritten' | 'writableLength'>;
  /** At the last check: the bytes that were sent, those left of the current write, and whether any waited. */
  #out = 0;
  #left = 0;
  #isWaiting = false;
  readonly #now: () => number;
  #since: number;

  /** `now`: the time in milliseconds, from any start. */
  constructor(socket: Pick<Socket, 'bytesWritten' | 'writableLength'>, now = monotonicMs) {
    this.#socket = socket;
    this.#now = now;
    this.#since = now();
  }

  /**
   * Returns whether the peer has read some of the bytes that waited at the last check. If none waited, returns false: the
   * buffers of the system accept small writes even for a peer that is gone.
   */
  hasTaken(): boolean {
    const wasWaiting = this.#isWaiting;
    return this.#hasMoved() && wasWaiting;
  }

  /** Returns the milliseconds since progress was last seen; 0 if nothing waits. Frequent calls make it more precise. */
  stalledMs(): number {
    const hasMoved = this.#hasMoved();
    const now = this.#now();
    if (hasMoved || !this.#isWaiting) this.#since = now;
    return now - this.#since;
  }

  #hasMoved(): boolean {
    const { bytesWritten, writableLength } = this.#socket;
    const out = bytesWritten - writableLength;
    const left = unsentBytes(this.#socket);
    const hasMoved = out !== this.#out || left !== this.#left;
    this.#out = out;
    this.#left = left;
    this.#isWaiting = writableLength > 0;
    return hasMoved;
  }
}

function monotonicMs(): number {
  return performance.now();
}

/**
 * Returns the bytes of the current write that the kernel has not accepted. Streams count a write only when all of it was sent,
 * which takes minutes for megabytes on a slow line; Node's own `socket.setTimeout` uses this number too.
 */
function unsentBytes(socket: object): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
