import type { WebSocket } from 'ws';
import type { Outbox } from '../live/outbox.ts';

interface InboxOptions {
  webSocket: Pick<WebSocket, 'pause' | 'resume'>;
  outbox: Pick<Outbox, 'hasRoomFor' | 'drained'>;
  /** Must not throw. */
  take: (text: string) => void;
}

/**
 * Takes messages as long as the peer reads what it is answered. While it does not, its socket is not read from, and the
 * few messages that had come in the same piece wait: whatever a peer can have the server write is bounded by this alone.
 */
export class Inbox {
  readonly #options: InboxOptions;
  #waiting: Buffer[] = [];
  #isClosed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  receive(message: Buffer): void {
    if (this.#isClosed) return;
    const { outbox, take } = this.#options;
    if (this.#waiting.length === 0 && outbox.hasRoomFor(0)) {
      take(message.toString());
    } else {
      this.#waiting.push(message);
      if (this.#waiting.length === 1) void this.#takeLater();
    }
  }

  /** Nothing more is taken. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  async #takeLater(): Promise<void> {
    const { webSocket, outbox, take } = this.#options;
    webSocket.pause();
    while (this.#waiting.length > 0) {
      await outbox.drained();
      while (this.#waiting[0] && outbox.hasRoomFor(0)) {
        take(this.#waiting[0].toString());
        this.#waiting.shift();
      }
    }
    webSocket.resume();
  }
}
