import type { Logger } from 'pino';
import { withDeadline } from './deadlines.ts';

/** How long each part may take to close. Requests under way have seven seconds of this time. */
const closeMs = 12_000;

/** The functions that close the parts of a running server, in the order in which the parts were opened. */
export class Closing {
  readonly #closes: (() => unknown)[] = [];
  readonly #log: Logger;
  readonly #deadlineMs: number;

  constructor(log: Logger, deadlineMs = closeMs) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
  }

  add(close: () => unknown): void {
    this.#closes.push(close);
  }

  /**
   * Closes every part, the last one first. A part that fails or takes too long is logged and does not keep the others
   * open. If a part has failed, rejects after all parts have had their turn.
   */
  async run(): Promise<void> {
    let failed = 0;
    for (let close = this.#closes.pop(); close; close = this.#closes.pop()) {
      const closeOne = close;
      await withDeadline(async () => closeOne(), this.#deadlineMs).catch((error: unknown) => {
        failed += 1;
        this.#log.error({ err: error }, 'failed to close');
      });
    }
    if (failed > 0) throw new Error(`${failed} parts failed to close; details are in the log.`);
  }
}
