import type { RoomFields } from 'parley-client';
import { usePassed } from '../app/use-passed.ts';
import type { WhyNoComposer } from '../composer/composer-instead.tsx';
import { endOrNone } from './end-of.ts';

/** Returns why the viewer cannot write in a room; null if they can. When a mute runs out, the composer comes back by itself. */
export function useWhyNoComposer(room: RoomFields | null): WhyNoComposer | null {
  usePassed(room?.viewerMembership?.mutedUntil);
  return room && whyNoComposer(room, Date.now());
}

function whyNoComposer(room: RoomFields, now: number): WhyNoComposer | null {
  const { viewerMembership: membership, viewerPermissions } = room;
  if (room.archivedAt) return { type: 'archived' };
  const isModerated = room.postingPolicy === 'MODERATORS';
  const mayWrite = viewerPermissions.includes('SEND_MESSAGE');
  if (membership?.state !== 'JOINED') return { type: 'notJoined', mayWrite: mayWrite || !isModerated };
  const { mutedUntil } = membership;
  if (mutedUntil && Date.parse(mutedUntil) > now) {
    return { type: 'muted', until: endOrNone(mutedUntil) };
  }
  if (mayWrite) return null;
  // Right after a mute, the server has not told the new permissions yet.
  return isModerated ? { type: 'moderatorsOnly' } : null;
}
