import type { Socket } from 'node:net';

/** Tells how long the peer of a connection has taken nothing of what waits for it. */
export class WriteProgress {
  readonly #socket: Socket;
  /** What was out, and what of the write under way was left, when it last looked. */
  #out = 0;
  #left = 0;
  #since = performance.now();

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Milliseconds since something was seen to be taken; 0 if nothing waits. As exact as it is asked often. */
  stalledMs(): number {
    const { bytesWritten, writableLength } = this.#socket;
    const out = bytesWritten - writableLength;
    const left = unsentBytes(this.#socket);
    const isMoving = writableLength === 0 || out !== this.#out || left !== this.#left;
    if (isMoving) this.#since = performance.now();
    this.#out = out;
    this.#left = left;
    return performance.now() - this.#since;
  }
}

/**
 * What the kernel has not taken yet of the write under way. Streams count a write only when all of it is out, which for
 * megabytes to a peer on a slow line takes minutes; Node's own `socket.setTimeout` looks at this number too.
 */
function unsentBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}
