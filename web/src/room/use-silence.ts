import type { RoomFields } from 'parley-client';
import { useEffect, useState } from 'react';
import { useChange } from '../app/use-change.ts';
import { SetNotificationLevelDocument } from '../documents.ts';

export interface Silence {
  isSilenced: boolean;
  toggle: () => void;
}

/** Returns whether the viewer gets no notifications of a room, and how to change that. */
export function useSilence(fields: RoomFields | null): Silence {
  const set = useChange(SetNotificationLevelDocument);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const level = fields?.viewerMembership?.notificationLevel;
  const isSilenced = chosen ?? level === 'NONE';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says later counts, also from elsewhere
  useEffect(() => setChosen(null), [level]);
  const toggle = async () => {
    if (!fields?.viewerMembership) return;
    setChosen(!isSilenced);
    const done = await set({ input: { roomId: fields.id, level: isSilenced ? 'ALL' : 'NONE' } });
    if (!done) setChosen(null);
  };
  return { isSilenced, toggle: () => void toggle() };
}
