import type { Logger } from 'pino';

/** The shortest time between two log entries: thousands of readers may meet the same fault at once. */
const everyMs = 1000;

/** Returns a function that logs faults after which a subscription is retried. Each entry counts those left out before. */
export function faultNotes(log: Pick<Logger, 'warn'>): (error: unknown) => void {
  let notedAt = Number.NEGATIVE_INFINITY;
  let others = 0;
  return (error) => {
    const now = performance.now();
    if (now - notedAt < everyMs) {
      others += 1;
      return;
    }
    log.warn({ err: error, others }, 'a subscription is retried');
    notedAt = now;
    others = 0;
  };
}
