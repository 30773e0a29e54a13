import { isReading } from '../access/standing.ts';
import type { AccessChange } from '../live/ends.ts';
import { kindOf, type RoomEvent } from './events/kinds.ts';

/** Returns the user who may no longer read the room from this event on; null for none. */
export function accessRevokedFor(event: RoomEvent): string | null {
  const change = kindOf(event).standingAfter(event);
  // An outdated change ends nothing: a later event ended the access, and the user may read up to that event.
  return change && !change.isOutdated && !isReading(change.standing) ? change.userId : null;
}

/** Returns the user who is no longer a member of the room from this event on; null for none. */
export function membershipEndedFor(event: RoomEvent): string | null {
  const change = kindOf(event).standingAfter(event);
  return change && !change.isOutdated && change.standing !== 'member' ? change.userId : null;
}

/** Returns the user whose access to the room an event ends or restores; null for none. */
export function accessChangeOf(event: RoomEvent): AccessChange | null {
  const change = kindOf(event).standingAfter(event);
  if (!change) return null;
  const isEnd = !isReading(change.standing);
  if (isEnd && change.isOutdated) return null;
  return { owner: change.userId, eventNumber: event.eventNumber, occurredAt: event.occurredAt, isEnd };
}
