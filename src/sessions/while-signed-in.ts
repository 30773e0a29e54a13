import { ChatError, isFault } from '../base/errors.ts';
import { type Context, requireViewer } from '../graphql/context.ts';
import { type PassingOptions, PassingSource } from '../live/passing.ts';

/** A live field of passing values, which ends with the viewer's session. */
export function whileSignedIn<Value>(
  context: Context,
  options: Omit<PassingOptions<Value>, 'isFault' | 'onFault' | 'givenUp'>,
): PassingSource<Value> {
  const viewer = requireViewer(context);
  const { sessions, noteFault } = context.services;
  let unwatch = () => {};
  const release = () => {
    unwatch();
    options.release();
  };
  const source = new PassingSource<Value>({ ...options, isFault, onFault: noteFault, givenUp, release });
  unwatch = sessions.ends.watch(viewer, () => source.end());
  return source;
}

const givenUp = () => new ChatError('INTERNAL', 'What there is now could not be told for a minute. Subscribe again.');
