import type { Socket } from 'node:net';

/** Tells whether the peer of a connection takes what waits for it. */
export class WriteProgress {
  readonly #socket: Pick<Socket, 'bytesWritten' | 'writableLength'>;
  /** What was out, what of the write under way was left, and whether anything waited, when it last looked. */
  #out = 0;
  #left = 0;
  #isWaiting = false;
  readonly #now: () => number;
  #since: number;

  /** `now`: the time in milliseconds, from any start. */
  constructor(socket: Pick<Socket, 'bytesWritten' | 'writableLength'>, now = () => performance.now()) {
    this.#socket = socket;
    this.#now = now;
    this.#since = now();
  }

  /**
   * Whether something was taken, since this was last asked, of what waited then. Never if nothing did: the system's own
   * buffers take small writes for a peer that is gone.
   */
  hasTaken(): boolean {
    const wasWaiting = this.#isWaiting;
    return this.#hasMoved() && wasWaiting;
  }

  /** Milliseconds since something was seen to be taken; 0 if nothing waits. As exact as it is asked often. */
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

/**
 * What the kernel has not taken yet of the write under way. Streams count a write only when all of it is out, which for
 * megabytes to a peer on a slow line takes minutes; Node's own `socket.setTimeout` looks at this number too.
 */
function unsentBytes(socket: object): number {
  const { _handle: handle } = socket as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
