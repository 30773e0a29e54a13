import { setImmediate as nextTurn } from 'node:timers/promises';
import { isWithin } from '../base/deadlines.ts';

/** How long readers wait for an answer of the log, until they tell of themselves without it. */
const answerMs = 1000;
/** The same while another answer is late: hundreds of readers of one socket wait one after the other. */
const briefMs = 20;
/** Late answers kept for those who asked, for how long, and their bytes: longer than readers rest until they ask again. */
const keptMs = 3000;
const keptBytes = 64 * 1024 * 1024;

/** How long the readers of a node wait for their logs, and what is kept for those who could not wait. */
export class Patience {
  readonly #answerMs: number;
  readonly #late = new Set<Promise<unknown>>();
  #keptBytes = 0;

  constructor(ms = answerMs) {
    this.#answerMs = ms;
  }

  /** Whether the answer, which must not fail, comes in time; the question goes on. */
  async isInTime(answer: Promise<unknown>): Promise<boolean> {
    if (this.#late.has(answer)) return false;
    let isThere = false;
    void answer.then(() => {
      isThere = true;
      this.#late.delete(answer);
    });
    if (await isWithin(answer, this.#late.size > 0 ? briefMs : this.#answerMs)) return true;
    // An answer that has arrived while this process was busy with something else is not late.
    await nextTurn();
    if (!isThere) this.#late.add(answer);
    return isThere;
  }

  /** Whether a late answer of so many bytes may be kept; `forget` is called when it has been for long enough. */
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
