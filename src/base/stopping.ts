import type { Logger } from 'pino';

interface Stopping {
  close: () => Promise<void>;
  log: Logger;
  /** How long closing may take; 20 s. Requests under way have seven seconds of this time. */
  deadlineMs?: number;
}

/** Ctrl-C in a terminal arrives twice, because npm forwards it. */
const sameSignalMs = 1000;

/**
 * Closes the server on SIGINT or SIGTERM, logs it, and exits with 0. Exits with 1 if closing fails or takes too long, or at
 * a second signal.
 */
export function stopOnSignals({ close, log, deadlineMs = 20_000 }: Stopping): void {
  let stoppingSince = 0;
  const fail = (message: string, details: object) => {
    log.fatal(details, message);
    process.exit(1);
  };
  const stop = () => {
    const now = performance.now();
    if (stoppingSince && now - stoppingSince > sameSignalMs) process.exit(1);
    if (stoppingSince) return;
    stoppingSince = now;
    log.info('stopping');
    setTimeout(() => {
      fail(`did not stop within ${deadlineMs} ms`, { open: process.getActiveResourcesInfo() });
    }, deadlineMs);
    close().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => fail('failed to stop', { err: error }),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Logs an uncaught exception with its stack and exits, because the state of the process is unknown then. */
export function endOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
}
