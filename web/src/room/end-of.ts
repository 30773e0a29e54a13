import type { PastMembership } from '../documents.ts';
import type { RoomEnd } from './ended-room.tsx';

/** Returns why a room cannot be read, by the viewer's membership. `known`: what an unnamed room is called. */
export function endOf(membership: PastMembership | null | undefined, known: string | null = null): RoomEnd {
  const room = membership?.room.name ?? known;
  if (membership?.state === 'BANNED') {
    return { type: 'banned', room, until: endOrNone(membership.bannedUntil), reason: membership.moderationReason };
  }
  if (membership?.state === 'REMOVED') return { type: 'removed', room };
  return membership?.state === 'LEFT' ? { type: 'left' } : { type: 'gone' };
}

/** Returns when a ban or a mute ends; null if it does not: the server then says the last of all years. */
export function endOrNone(until: string | null): string | null {
  return until?.startsWith('9999') ? null : until;
}
