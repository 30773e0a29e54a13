import type { Opening } from '../base/opening.ts';
import { isForCaller } from '../execution/masking.ts';
import { Audiences } from '../live/audiences.ts';
import type { RoomEvent } from '../log/events/kinds.ts';

/** Opens the audiences of room events: the subscriptions that share their results. */
export function openAudiences({ heartbeatMs, metrics, log, onClose }: Opening): Audiences<RoomEvent> {
  const audiences = new Audiences<RoomEvent>({
    heartbeatMs,
    // An error for the caller is no fault, and the mask has already logged the other errors of fields.
    onError: (err) => isForCaller(err) || log.error({ err }, 'an audience could not share a batch of events'),
  });
  onClose(() => audiences.close());
  metrics.gauge(
    'parley_live_audiences',
    'Groups of readers with equal subscriptions to the same room',
    () => audiences.size,
  );
  metrics.gauge('parley_live_subscribers', 'Live subscriptions in audiences', () => audiences.members);
  return audiences;
}
