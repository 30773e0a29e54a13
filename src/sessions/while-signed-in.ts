import { ChatError, isFault } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import type { StateSource } from '../live/state-source.ts';
import { StateStream } from '../live/state-stream.ts';

/** Returns a stream of the values of `source`. It ends when the viewer's session ends. */
export function whileSignedIn<Value>(context: Context, source: StateSource<Value>): StateStream<Value> {
  const viewer = requireViewer(context);
  const { sessions, noteFault } = context.services;
  let unwatch = () => {};
  const release = () => {
    unwatch();
    source.release();
  };
  const stream = new StateStream<Value>({ ...source, release }, { isFault, onFault: noteFault, givenUp });
  unwatch = sessions.ends.watch(viewer, () => stream.end());
  return stream;
}

const givenUp = () => new ChatError('INTERNAL', 'The current state could not be read for a minute. Subscribe again.');
