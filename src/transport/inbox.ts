import type { WebSocket } from 'ws';
import type { Outbox } from './outbox.ts';

interface InboxOptions {
  webSocket: Pick<WebSocket, 'pause' | 'resume'>;
  outbox: Pick<Outbox, 'hasRoomFor' | 'drained'>;
  /** Must not throw. */
  take: (text: string) => void;
}

/**
 * Takes messages as long as the peer reads what it is answered. While it does not, its socket is not read from, and the
 * few messages that had come in the same piece wait: whatever a peer can have the server write is bounded by this alone.
 * Nor does one peer's work hold up everybody else for longer than one message takes.
 */
export class Inbox {
  readonly #options: InboxOptions;
  #waiting: Buffer[] = [];
  #isResting = false;
  #isClosed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  receive(message: Buffer): void {
    if (this.#isClosed) return;
    if (this.#waiting.length === 0 && this.#mayTake()) {
      this.#options.take(message.toString());
    } else {
      this.#waiting.push(message);
      if (this.#waiting.length === 1) void this.#takeLater();
    }
  }

  /** Takes the next message in another turn of the event loop: the last one was much work, and others wait. */
  rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
    });
  }

  /** Nothing more is taken. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  #mayTake(): boolean {
    return !this.#isResting && this.#options.outbox.hasRoomFor(0);
  }

  async #takeLater(): Promise<void> {
    const { webSocket, outbox, take } = this.#options;
    webSocket.pause();
    while (this.#waiting.length > 0) {
      await (this.#isResting ? new Promise(setImmediate) : outbox.drained());
      while (this.#waiting[0] && this.#mayTake()) {
        take(this.#waiting[0].toString());
        this.#waiting.shift();
      }
    }
    webSocket.resume();
  }
}
