import type { Logger } from 'pino';

interface Stopping {
  close: () => Promise<void>;
  log: Logger;
  /** How long closing may take; 20 s, of which requests that are under way have seven. */
  deadlineMs?: number;
}

/** A terminal's Ctrl-C arrives twice, as npm passes it on. */
const sameSignalMs = 1000;

/** Closes when the process is asked to end, and says so, then ends it: with 0, or with 1 if closing failed or took too long, or if asked again. */
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
      (error: unknown) => fail('fault while stopping', { err: error }),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** What nothing catches ends the process, with its stack in the log: what state it is in nobody knows. */
export function endOnUncaught(log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
}
