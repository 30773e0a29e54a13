import type { Viewer } from '../graphql/context.ts';
import type { SessionEnds } from '../sessions/ends.ts';
import type { SessionExpiring } from './viewer-event.ts';

/** How long before the end of their credential the viewer gets SESSION_EXPIRING. */
const warningMs = 60_000;
/** The longest time that a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

interface Warning {
  ends: Pick<SessionEnds, 'watch'>;
  warn: (event: SessionExpiring) => void;
}

/**
 * Warns a minute before the viewer's credential ends, or at once if less is left, and again before each later end after a
 * renewal. Returns a function that stops this.
 */
export function warnBeforeEnd(viewer: Viewer, { ends, warn }: Warning): () => void {
  let cancel = () => {};
  const warnAfter = (earliest: (restMs: number) => number) => {
    cancel();
    const { expiresAt } = viewer;
    if (!expiresAt) return;
    const restMs = expiresAt.getTime() - Date.now();
    const waitMs = Math.max(restMs - warningMs, earliest(restMs));
    cancel = at(Date.now() + waitMs, () => warn({ type: 'SESSION_EXPIRING', expiresAt }));
  };
  warnAfter(() => 0);
  // If tokens live for less than a minute, a client that renews when it is warned would do so without a pause.
  const unwatch = ends.watch(
    viewer,
    () => cancel(),
    () => warnAfter((restMs) => restMs / 2),
  );
  return () => {
    unwatch();
    cancel();
  };
}

/**
 * Calls `call` at a time in ms, as of Date.now, even if no single timer can wait so long. Returns a function that
 * cancels the call.
 */
function at(time: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const restMs = time - Date.now();
    timer = setTimeout(restMs > maxTimerMs ? wait : call, Math.min(restMs, maxTimerMs)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
