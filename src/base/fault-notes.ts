import type { Logger } from 'pino';

/** Of the faults that thousands of readers meet at once, as often as this one is logged, with the number of the others. */
const everyMs = 1000;

/** Logs faults after which something is tried again. */
export function faultNotes(log: Pick<Logger, 'warn'>): (error: unknown) => void {
  let notedAt = Number.NEGATIVE_INFINITY;
  let others = 0;
  return (error) => {
    const now = performance.now();
    if (now - notedAt < everyMs) {
      others += 1;
      return;
    }
    log.warn({ err: error, others }, 'a subscription is tried again');
    notedAt = now;
    others = 0;
  };
}
