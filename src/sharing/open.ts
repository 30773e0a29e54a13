import type { Opening } from '../base/opening.ts';
import { Audiences } from '../live/audiences.ts';
import type { RoomEvent } from '../log/events/kinds.ts';

/** Opens the audiences of room events: the subscriptions that share their results. */
export function openAudiences({ heartbeatMs, metrics, onClose }: Opening): Audiences<RoomEvent> {
  const audiences = new Audiences<RoomEvent>(heartbeatMs);
  onClose(() => audiences.close());
  metrics.gauge(
    'parley_live_audiences',
    'Groups of readers with equal subscriptions to the same room',
    () => audiences.size,
  );
  metrics.gauge('parley_live_subscribers', 'Live subscriptions in audiences', () => audiences.members);
  return audiences;
}
