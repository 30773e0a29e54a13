import type { Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { useEffect, useState } from 'react';

/** Returns how many seconds slow mode lets the viewer wait, after their last message. Renders anew each second. */
export function useSlowMode(room: Room, { seconds, viewerId }: { seconds: number; viewerId: string }): number {
  const { items } = useStore(room.messages);
  const [now, setNow] = useState(Date.now);
  const last = seconds > 0 && items.findLast(({ author, sending }) => author?.id === viewerId && !sending);
  const until = last ? Date.parse(last.createdAt) + seconds * 1000 : 0;
  const left = Math.min(seconds, Math.ceil((until - Math.max(now, Date.now())) / 1000));
  const isWaiting = left > 0;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return Math.max(0, left);
}
