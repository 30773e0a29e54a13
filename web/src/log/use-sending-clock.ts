import type { MessageItem } from 'parley-client';
import { useEffect, useState } from 'react';
import { sendingShownMs } from './own-states.ts';

/** Returns the time. Renders anew when a message has been on its way for so long that it shall say so. */
export function useSendingClock(items: readonly MessageItem[]): number {
  const [, tick] = useState(0);
  const newest = items.findLast(({ sending }) => sending);
  useEffect(() => {
    if (!newest) return;
    const timer = setTimeout(() => tick((count) => count + 1), sendingShownMs + 20);
    return () => clearTimeout(timer);
  }, [newest]);
  return Date.now();
}
