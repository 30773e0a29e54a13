import { type Context, requireViewer } from '../graphql/context.ts';
import type { PassingSource } from '../live/passing.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import { type ViewerEvent, ViewerStream, type ViewerStreamOptions } from './viewer-stream.ts';

/** How long before its end a session is said to expire. */
const warningMs = 5 * 60_000;
/** The longest that a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** What concerns the viewer across rooms: what is pending, then what happens, until their session ends. */
export function followViewer(context: Context): PassingSource<ViewerEvent> {
  const { userId, expiresAt } = requireViewer(context);
  const { bus, log, notifications } = context.services;
  const { watches } = log;
  // Kept over restarts: what an earlier beginning gave may still be waiting to be sent.
  const ends: ViewerStreamOptions['ends'] = new Map();
  const source: PassingSource<ViewerEvent> = whileSignedIn<ViewerEvent>(context, {
    begin: (next) => {
      const onLost = () => source.restart();
      const stream = new ViewerStream({ userId, bus, watches, ...notifications, ends, next, onLost });
      const unwarn = expiresAt
        ? at(expiresAt.getTime() - warningMs, () => next({ type: 'SESSION_EXPIRING', expiresAt }))
        : () => {};
      const stop = () => {
        unwarn();
        stream.close();
      };
      return { first: stream.begin().then((snapshot) => [snapshot]), stop };
    },
    roomOf: (event) => (event.type === 'NOTIFICATION_ADDED' ? event.roomId : null),
    accessEnd: (roomId) => ends.get(roomId) ?? null,
    release: () => {},
  });
  return source;
}

/** Calls at a time (ms, as of Date.now), however far off; returns what prevents it. */
function at(time: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const restMs = time - Date.now();
    timer = setTimeout(restMs > maxTimerMs ? wait : call, Math.min(restMs, maxTimerMs)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
