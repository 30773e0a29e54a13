import type { RoomFields } from 'parley-client';
import { useState } from 'react';
import { useAct } from '../app/data.ts';
import { SetNotificationLevelDocument } from '../documents.ts';

/** Returns whether the viewer gets no notifications of a room, and how to change that. */
export function useSilence(fields: RoomFields | null): { isSilenced: boolean; toggle: () => void } {
  const set = useAct(SetNotificationLevelDocument);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isSilenced = chosen ?? fields?.viewerMembership?.notificationLevel === 'NONE';
  const toggle = async () => {
    if (!fields?.viewerMembership) return;
    setChosen(!isSilenced);
    const { error } = await set({ input: { roomId: fields.id, level: isSilenced ? 'ALL' : 'NONE' } });
    if (error) setChosen(isSilenced);
  };
  return { isSilenced, toggle: () => void toggle() };
}
