import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWithin } from '../base/deadlines.ts';

/** How long readers wait for an answer of the log before they continue without it. */
const answerMs = 1000;
/** The same while another answer is late. It is short, because hundreds of readers of one connection wait in turn. */
const briefMs = 20;
/** How long late answers are kept (longer than readers wait before they ask again), and how many bytes of them. */
const keptMs = 3000;
const keptBytes = 64 * 1024 * 1024;

/** Decides how long the readers of a node wait for the log, and which late answers are kept for them. */
export class Patience {
  readonly #answerMs: number;
  readonly #late = new Set<Promise<unknown>>();
  #keptBytes = 0;

  constructor(ms = answerMs) {
    this.#answerMs = ms;
  }

  /** Returns whether the answer, which must not reject, arrives in time. A late answer is not cancelled. */
  async isInTime(answer: Promise<unknown>): Promise<boolean> {
    if (this.#late.has(answer)) return false;
    let isThere = false;
    void answer.then(() => {
      isThere = true;
      this.#late.delete(answer);
    });
    if (await isWithin(answer, this.#late.size > 0 ? briefMs : this.#answerMs)) return true;
    // An answer that arrived while the event loop was blocked is not late.
    await nextTurn();
    if (!isThere) this.#late.add(answer);
    return isThere;
  }

  /** Returns whether a late answer of this size may be kept. If so, calls `forget` when its time is over. */
  keep(bytes: number, forget: () => void): boolean {
    if (this.#keptBytes + bytes > keptBytes) return false;
    this.#keptBytes += bytes;
    const end = () => {
      this.#keptBytes -= bytes;
      forget();
    };
    setTimeout(end, keptMs).unref();
    return true;
  }
}
