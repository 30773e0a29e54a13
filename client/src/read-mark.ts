import type { Clock } from './clock.ts';

const everyMs = 1000;

/** Sends how far the viewer has read, the highest number, once a second. */
export class ReadMark {
  readonly #clock: Clock;
  readonly #send: (upTo: number) => void;
  #upTo = 0;
  #sent = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, send: (upTo: number) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  raise(upTo: number): void {
    this.#upTo = Math.max(this.#upTo, upTo);
    if (this.#cancel || this.#upTo === this.#sent) return;
    this.#sent = this.#upTo;
    this.#send(this.#upTo);
    this.#cancel = this.#clock.after(everyMs, () => {
      this.#cancel = null;
      this.raise(this.#upTo);
    });
  }

  dispose(): void {
    this.#cancel?.();
  }
}
