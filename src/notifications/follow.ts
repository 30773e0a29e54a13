import { type Context, requireViewer } from '../graphql/context.ts';
import type { StateListener, StateReading } from '../live/state-source.ts';
import type { StateStream } from '../live/state-stream.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { ViewerEvent } from './viewer-event.ts';
import { ViewerStream } from './viewer-stream.ts';

/** How long before the end of a session the viewer gets SESSION_EXPIRING. */
const warningMs = 5 * 60_000;
/** The longest time that a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** Follows the events that concern the viewer in all rooms: first a snapshot, then changes, until the session ends. */
export function followViewer(context: Context): StateStream<ViewerEvent> {
  const { userId, expiresAt } = requireViewer(context);
  const { bus, log, notifications } = context.services;
  // Shared by all streams of this subscription: after a restart, values of the earlier stream may still wait to be
  // sent.
  const ends = new Map<string, MembershipChanged>();
  const sources = { ...notifications, bus, watches: log.watches };
  const begin = ({ next }: StateListener<ViewerEvent>): StateReading<ViewerEvent> => {
    const onLost = () => followed.restart();
    const stream = new ViewerStream({ ...sources, userId, ends, next, onLost });
    const unwarn = expiresAt
      ? at(expiresAt.getTime() - warningMs, () => next({ type: 'SESSION_EXPIRING', expiresAt }))
      : () => {};
    const stop = () => {
      unwarn();
      stream.close();
    };
    return { snapshot: stream.begin().then((snapshot) => [snapshot]), stop };
  };
  const followed = whileSignedIn<ViewerEvent>(context, {
    begin,
    topicOf: (event) => (event.type === 'NOTIFICATION_ADDED' ? event.roomId : null),
    accessEnd: (roomId) => ends.get(roomId) ?? null,
    release: () => {},
  });
  return followed;
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
