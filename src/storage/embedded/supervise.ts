import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from './server.ts';
import type { WatchedProcess } from './watched-process.ts';

const restartPauseMs = 1000;

/** A logger such as pino's. */
export interface Log {
  error(details: object, message: string): void;
}

interface Supervision {
  launch: (port: number) => Promise<Server>;
  /** When aborted, stops the server. */
  closing: AbortSignal;
  log?: Log;
}

/** Keeps a server running on the port of `first` until `closing` is aborted. Resolves when the last server has ended. */
export async function superviseServer(first: Server, { launch, closing, log }: Supervision): Promise<void> {
  for (let server: Server | null = first; server; ) {
    const code = await exitOf(server.process, closing);
    if (closing.aborted) return;
    log?.error({ code }, 'the embedded PostgreSQL ended unexpectedly and is being restarted');
    server = await relaunch(() => launch(first.port), closing, log);
  }
}

/** Waits until the process ends. Stops it when `closing` is aborted. */
async function exitOf(process: WatchedProcess, closing: AbortSignal): Promise<number> {
  const stop = () => process.stop();
  if (closing.aborted) stop();
  closing.addEventListener('abort', stop);
  return process.exited.finally(() => closing.removeEventListener('abort', stop));
}

async function relaunch(launch: () => Promise<Server>, closing: AbortSignal, log?: Log): Promise<Server | null> {
  while (!closing.aborted) {
    try {
      return await launch();
    } catch (error) {
      if (closing.aborted) return null;
      log?.error({ err: error }, 'the embedded PostgreSQL could not be restarted and will be tried again');
      await delay(restartPauseMs, null, { signal: closing }).catch(() => {});
    }
  }
  return null;
}
