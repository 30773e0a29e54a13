import { type Context, requireViewer } from '../graphql/context.ts';
import type { StateListener, StateReading } from '../live/state-source.ts';
import type { StateStream } from '../live/state-stream.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { ViewerEvent } from './viewer-event.ts';
import { warnBeforeEnd } from './warn-before-end.ts';

/** Follows the events that concern the viewer in all rooms: first a snapshot, then changes, until the session ends. */
export function followViewer(context: Context): StateStream<ViewerEvent> {
  const viewer = requireViewer(context);
  const { userId } = viewer;
  const { log, notifications, sessions } = context.services;
  const { stream, release } = notifications.streams.hold(userId);
  const begin = ({ next }: StateListener<ViewerEvent>): StateReading<ViewerEvent> => {
    const reading = stream.follow({ next, onLost: () => followed.restart() });
    const stopWarning = warnBeforeEnd(viewer, { ends: sessions.ends, warn: next });
    const stop = () => {
      stopWarning();
      reading.stop();
    };
    return { snapshot: reading.snapshot.then((snapshot) => [snapshot]), stop };
  };
  const followed = whileSignedIn<ViewerEvent>(context, {
    begin,
    topicOf: (event) => (event.type === 'NOTIFICATION_ADDED' ? event.roomId : null),
    // The feed of the room may know of the end before this stream, which looks up presence first.
    accessEnd: (roomId) => stream.ends.get(roomId) ?? log.feeds.endOf(roomId, userId),
    release,
  });
  return followed;
}
