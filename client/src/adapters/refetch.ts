import type { Parley, Reset } from '../api.ts';
import { systemClock } from '../base/clock.ts';
import { within } from '../base/deadline.ts';
import { ParleyError } from '../base/errors.ts';
import { syncCursorQuery, type WithCursor } from '../connection/sync-cursor.ts';

/** After so many attempts, the app's queries show their errors, and the subscription goes on. */
const mostAttempts = 6;
/** A request of the app that hangs does not stop the subscription for ever. */
const attemptWithinMs = 30_000;

/**
 * Goes on after a reset: first asks where the room's log is, so that nothing is missed while the app fetches anew.
 * Without an answer, the subscription begins with what the server sends next.
 */
export async function refetchAndResume(
  parley: Parley,
  reset: Reset,
  refetch: (roomId: string) => Promise<void>,
): Promise<void> {
  const { roomId } = reset;
  let cursor = '';
  for (let attempt = 0; roomId && attempt < mostAttempts; attempt++) {
    try {
      const { room } = await parley.request<WithCursor, object>({ query: syncCursorQuery }, { id: roomId });
      cursor = room?.syncCursor ?? '';
      await within(systemClock, attemptWithinMs, refetch(roomId));
      break;
    } catch (error) {
      if (!(error instanceof ParleyError && error.retryable)) break;
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
  reset.resume(cursor);
}
