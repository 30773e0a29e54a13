import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { unreadBytes } from '../live/limits.ts';

/** A WebSocket, as far as an outbox needs it. */
type OpenSocket = Pick<WebSocket, 'extensions' | 'readyState'>;

/** A wait for the peer to read everything that was written so far. */
interface Drain {
  /** The socket's `bytesWritten` when the wait began. */
  at: number;
  reached: Promise<void>;
}

/**
 * Writes frames straight to the TCP socket of a WebSocket. They stay in order with messages of `WebSocket.send`, which
 * writes to the same socket at once, because nothing is compressed.
 */
export class Outbox {
  readonly #webSocket: OpenSocket;
  readonly #tcp: Socket;
  #isGathering = false;
  #isHeld = false;
  /** The latest wait, while it lasts. All subscriptions of a socket share it, unless something was written in between. */
  #drain: Drain | null = null;
  /** Each function ends one wait; null before the first one. */
  #unreached: Set<() => void> | null = null;

  constructor(webSocket: OpenSocket) {
    if (webSocket.extensions) throw new Error('Frames cannot be written past a WebSocket extension');
    this.#webSocket = webSocket;
    // ws has no public way to its socket; the field has been the same since 2012 (ws 0.4).
    this.#tcp = (webSocket as unknown as { _socket: Socket })._socket;
    this.#tcp?.once('close', () => this.#release());
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Returns whether this many more bytes fit into the budget. If the outbox is empty, everything fits. */
  hasRoomFor(bytes: number, budget = unreadBytes): boolean {
    const waiting = this.#tcp.writableLength;
    return waiting === 0 || waiting + bytes <= budget;
  }

  /**
   * Writes whole frames, unless the socket is closing: a frame after the close frame would be an error. Returns whether the
   * caller may reuse the buffer now, because none of its bytes waits in this process.
   */
  write(frames: Buffer): boolean {
    if (this.isOpen) this.#tcp.write(frames);
    return this.#tcp.writableLength === 0;
  }

  /**
   * Gathers everything that is written in this turn of the event loop, and sends it in one piece: a result with its
   * `complete`, and the results of other messages that were stored in the same group. This saves an eighth of the CPU time of
   * a message.
   */
  gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#tcp.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#tcp.uncork();
    });
  }

  /** Holds back everything that is written within the next milliseconds. Returns false if it is held back already. */
  hold(ms: number): boolean {
    if (this.#isHeld) return false;
    this.#isHeld = true;
    this.#tcp.cork();
    setTimeout(() => {
      this.#isHeld = false;
      this.#tcp.uncork();
    }, ms).unref();
    return true;
  }

  /**
   * Resolves when everything that was written has left this process, or the peer is gone. Never resolves in the same turn of
   * the event loop.
   */
  drained(): Promise<void> {
    // In a later turn, because a caller that asks in a loop would block the event loop.
    if (this.#tcp.destroyed) return new Promise((resolve) => setImmediate(resolve));
    if (!this.#drain || this.#drain.at !== this.#tcp.bytesWritten) this.#drain = this.#mark();
    return this.#drain.reached;
  }

  #mark(): Drain {
    this.#unreached ??= new Set();
    const unreached = this.#unreached;
    const reached = new Promise<void>((resolve) => {
      const done = () => {
        unreached.delete(done);
        if (this.#drain === drain) this.#drain = null;
        resolve();
      };
      unreached.add(done);
      // A write after the close frame would be an error; such a socket is destroyed soon. The event `drain` is no
      // substitute: it is emitted only after a write that filled the socket's own buffer.
      if (this.isOpen) this.#tcp.write(nothing, done);
    });
    const drain = { at: this.#tcp.bytesWritten, reached };
    return drain;
  }

  #release(): void {
    for (const done of this.#unreached ?? []) done();
  }
}

const nothing = Buffer.alloc(0);
