import { type Context, requireViewer } from '../context.ts';
import type { PassingSource } from '../live/passing.ts';
import { whileSignedIn } from '../sessions/while-signed-in.ts';
import { type ViewerEvent, ViewerStream } from './viewer-stream.ts';

/** What concerns the viewer across rooms: what is pending, then what happens, until their session ends. */
export function followViewer(context: Context): PassingSource<ViewerEvent> {
  const { userId } = requireViewer(context);
  const { bus, watches, notifier, pendingOf } = context.services;
  const source: PassingSource<ViewerEvent> = whileSignedIn<ViewerEvent>(context, {
    begin: (next) => {
      const onLost = () => source.restart();
      const stream = new ViewerStream({ userId, bus, watches, notifier, pendingOf, next, onLost });
      return { first: stream.begin().then((snapshot) => [snapshot]), stop: () => stream.close() };
    },
    roomOf: (event) => (event.type === 'NOTIFICATION_ADDED' ? event.roomId : null),
    release: () => {},
  });
  return source;
}
