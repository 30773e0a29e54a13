import { isAttentive } from '../app/attentive.ts';
import { lastSeen } from './log-scroll.tsx';

const seenMs = 500;
/** How far each viewer has read each room in this visit: the room's snapshot may be older. */
const readUpTo = new Map<string, number>();

interface Looked {
  messages: readonly { id: string; sequence: number }[];
  /** The newest message that the server has stored. */
  last: number;
  isAtEnd: boolean;
}

/** Marks messages as read that were in sight for half a second. */
export class Reading {
  upTo = 0;
  readonly #mark: (upTo: number) => void;
  #key: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = 0;

  constructor(mark: (upTo: number) => void) {
    this.#mark = mark;
  }

  /** `key`: names the viewer and the room. */
  begin(upTo: number, key: string): void {
    if (this.#key === key) return;
    this.#key = key;
    this.upTo = Math.max(upTo, readUpTo.get(key) ?? 0);
  }

  /** The viewer sees the log, as it is now. */
  looked(log: HTMLElement, looked: Looked): void {
    const id = looked.isAtEnd ? null : lastSeen(log);
    const seen = id === null ? looked.last : (looked.messages.find((message) => message.id === id)?.sequence ?? 0);
    this.#seen = Math.min(seen, looked.last);
    if (this.#seen <= this.upTo || this.#timer !== undefined) return;
    const before = this.#seen;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!isAttentive()) return;
      this.all(Math.min(before, this.#seen));
      if (this.#seen > this.upTo) this.looked(log, looked);
    }, seenMs);
  }

  /** Marks everything up to a message. */
  all(upTo: number): void {
    if (upTo <= this.upTo || this.#key === null) return;
    this.upTo = upTo;
    readUpTo.set(this.#key, upTo);
    this.#mark(upTo);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
