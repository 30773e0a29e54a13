import { useEffect, useState } from 'react';
import { keep, kept } from './keep.ts';
import { useIsPhone, useIsWide } from './screen.ts';

/** Returns whether the members are open, and what opens and closes them. On a phone they are a screen with a way back. */
export function useMembersChoice(roomId: string | null): { areOpen: boolean; toggle: () => void } {
  const isPhone = useIsPhone();
  const isWide = useIsWide();
  const [choice, setChoice] = useState(() => kept('members'));
  const [phoneRoomId, setPhoneRoomId] = useState<string | null>(null);
  useEffect(() => {
    const onBack = () => setPhoneRoomId(null);
    addEventListener('popstate', onBack);
    return () => removeEventListener('popstate', onBack);
  }, []);
  const areOpen = roomId !== null && (isPhone ? phoneRoomId === roomId : choice === null ? isWide : choice === 'open');
  const toggle = () => {
    if (isPhone && areOpen) history.back();
    else if (isPhone) {
      history.pushState(null, '', location.href);
      setPhoneRoomId(roomId);
    } else {
      const next = areOpen ? 'closed' : 'open';
      keep('members', next);
      setChoice(next);
    }
  };
  return { areOpen, toggle };
}
