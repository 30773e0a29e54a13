import { type Context, requireViewer } from '../context.ts';
import { isFault } from '../errors.ts';
import { type PassingOptions, PassingSource } from '../live/passing.ts';

/** A live field of passing values, which ends with the viewer's session. */
export function whileSignedIn<Value>(
  context: Context,
  options: Omit<PassingOptions<Value>, 'isFault'>,
): PassingSource<Value> {
  const viewer = requireViewer(context);
  let unwatch = () => {};
  const release = () => {
    unwatch();
    options.release();
  };
  const source = new PassingSource<Value>({ ...options, isFault, release });
  unwatch = context.services.sessionEnds.watch(viewer, () => source.end());
  return source;
}
