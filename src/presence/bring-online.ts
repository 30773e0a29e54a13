import type { Services } from '../graphql/context.ts';
import { everywhere } from './store.ts';

/** A connection of the user is open; the returned function says that it is closed. */
export function bringOnline({ tracker, activity }: Services, userId: string): () => void {
  activity.note(userId);
  const letGo = tracker.hold(everywhere, userId);
  return () => {
    activity.note(userId);
    letGo();
  };
}
