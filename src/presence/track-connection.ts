import type { Presence } from './open.ts';
import { onlineTopic } from './store.ts';

/** Keeps the user online while a connection of theirs is open. Returns a function to call when that connection closes. */
export function trackConnection(
  { tracker, activity }: Pick<Presence, 'tracker' | 'activity'>,
  userId: string,
): () => void {
  activity.note(userId);
  const release = tracker.hold(onlineTopic, userId);
  return () => {
    activity.note(userId);
    release();
  };
}
