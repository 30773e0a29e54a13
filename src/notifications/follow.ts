import { type Context, requireViewer } from '../graphql/context.ts';
import type { StateListener, StateReading } from '../live/state-source.ts';
import type { StateStream } from '../live/state-stream.ts';
import type { MembershipChanged } from '../log/events/membership-changed.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import type { ViewerEvent } from './viewer-event.ts';
import { ViewerStream } from './viewer-stream.ts';
import { warnBeforeEnd } from './warn-before-end.ts';

/** Follows the events that concern the viewer in all rooms: first a snapshot, then changes, until the session ends. */
export function followViewer(context: Context): StateStream<ViewerEvent> {
  const viewer = requireViewer(context);
  const { userId } = viewer;
  const { bus, log, notifications, sessions } = context.services;
  // Shared by all streams of this subscription: after a restart, values of the earlier stream may still wait to be
  // sent.
  const ends = new Map<string, MembershipChanged>();
  const sources = { ...notifications, bus, watches: log.watches };
  const begin = ({ next }: StateListener<ViewerEvent>): StateReading<ViewerEvent> => {
    const onLost = () => followed.restart();
    const stream = new ViewerStream({ ...sources, userId, ends, next, onLost });
    const stopWarning = warnBeforeEnd(viewer, { ends: sessions.ends, warn: next });
    const stop = () => {
      stopWarning();
      stream.close();
    };
    return { snapshot: stream.begin().then((snapshot) => [snapshot]), stop };
  };
  const followed = whileSignedIn<ViewerEvent>(context, {
    begin,
    topicOf: (event) => (event.type === 'NOTIFICATION_ADDED' ? event.roomId : null),
    // The feed of the room may know of the end before this stream, which looks up presence first.
    accessEnd: (roomId) => ends.get(roomId) ?? log.feeds.endOf(roomId, userId),
    release: () => {},
  });
  return followed;
}
