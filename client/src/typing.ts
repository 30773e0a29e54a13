import type { Core } from './core.ts';
import { SetTypingDocument } from './documents.ts';

const repeatMs = 3000;
const silenceMs = 5000;

/** Tells the server that the viewer is typing: never queued, since it is of no use later. */
export class TypingSignal {
  readonly #core: Core;
  readonly #roomId: string;
  #lastMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(core: Core, roomId: string) {
    this.#core = core;
    this.#roomId = roomId;
  }

  set(isTyping: boolean): void {
    const wasTyping = this.#cancel !== null;
    this.forget();
    if (!isTyping) {
      if (wasTyping) this.#send(false);
      return;
    }
    this.#cancel = this.#core.clock.after(silenceMs, () => this.set(false));
    const now = this.#core.clock.now();
    if (wasTyping && now - this.#lastMs < repeatMs) return;
    this.#lastMs = now;
    this.#send(true);
  }

  /** The server ends it by itself when the viewer sends a message. */
  forget(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #send(isTyping: boolean): void {
    if (this.#core.connection.get().status !== 'ready') return;
    const input = { roomId: this.#roomId, isTyping };
    this.#core.execute(SetTypingDocument, { input }, { timeoutMs: silenceMs }).catch(() => {});
  }
}
