import type { WebSocket } from 'ws';
import type { Outbox } from './outbox.ts';

interface InboxOptions {
  webSocket: Pick<WebSocket, 'pause' | 'resume'>;
  outbox: Pick<Outbox, 'hasRoomFor' | 'drained'>;
  /** Must not throw. */
  take: (text: string) => void;
}

/**
 * Accepts messages as long as the peer reads its answers. While the peer does not read, its socket is paused, and the few
 * messages that have already arrived wait. This bounds what one peer can make the server write. The inbox also lets other
 * peers have their turn after each message that takes much work.
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

  /** Accepts the next message in another turn of the event loop: the last one took much work, and other peers wait. */
  rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    setImmediate(() => {
      this.#isResting = false;
    });
  }

  /** Accepts no more messages. */
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
