import type { Logger } from 'pino';

interface WarningOptions {
  message: string;
  /** The shortest time between two log entries: thousands of callers may meet the same fault at once. */
  everyMs: number;
}

/** Returns a function that logs an error as a warning. `others` in an entry counts the errors that were left out before it. */
export function throttledWarning(
  log: Pick<Logger, 'warn'>,
  { message, everyMs }: WarningOptions,
): (error: unknown) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let others = 0;
  return (error) => {
    const now = performance.now();
    if (now - loggedAt < everyMs) {
      others += 1;
      return;
    }
    log.warn({ err: error, others }, message);
    loggedAt = now;
    others = 0;
  };
}
