import type { RoomEnd } from './ended-room.tsx';

interface PastMembership {
  state: string;
  bannedUntil: string | null;
  moderationReason: string | null;
}

/** Returns why a room cannot be read, by the viewer's membership. */
export function endOf(membership: PastMembership | null | undefined, room: string): RoomEnd {
  if (membership?.state === 'BANNED') {
    const until = membership.bannedUntil?.startsWith('9999') ? null : membership.bannedUntil;
    return { type: 'banned', room, until, reason: membership.moderationReason };
  }
  if (membership?.state === 'REMOVED') return { type: 'removed', room };
  return membership?.state === 'LEFT' ? { type: 'left' } : { type: 'gone' };
}
