import type { RoomFields } from 'parley-client';
import type { WhyNoComposer } from '../composer/composer-instead.tsx';

/** Returns why the viewer cannot write in a room; null if they can. */
export function whyNoComposer(room: RoomFields, now: number): WhyNoComposer | null {
  const { viewerMembership: membership, viewerPermissions, kind } = room;
  if (room.archivedAt) return { type: 'archived' };
  if (membership?.state !== 'JOINED') return { type: 'notJoined' };
  const { mutedUntil } = membership;
  if (mutedUntil && Date.parse(mutedUntil) > now) {
    return { type: 'muted', until: mutedUntil.startsWith('9999') ? null : mutedUntil };
  }
  if (viewerPermissions.includes('SEND_MESSAGE')) return null;
  return kind === 'DIRECT' || kind === 'SUPPORT' ? { type: 'blocked' } : { type: 'moderatorsOnly' };
}
