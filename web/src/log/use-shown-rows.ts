import type { MessageItem } from 'parley-client';
import { useEffect, useMemo, useState } from 'react';
import { useBlocked } from '../people/blocked.ts';
import { hiding } from './hiding.ts';
import { itemsOf, type NewFrom } from './items.ts';
import type { LogState } from './log-state.ts';
import { sendingShownMs } from './own-states.ts';

/** Returns the rows that are in the document. */
export function useShownRows(messages: readonly MessageItem[], log: LogState, newFrom: NewFrom | null) {
  const { start, end } = log.sliced();
  const blocked = useBlocked();
  return useMemo(() => {
    const part = messages.slice(start, end).map((message) => hiding(message, blocked));
    return {
      messages: part,
      items: itemsOf(part, newFrom),
      isFirst: start === 0,
      hasMoreBelow: end < messages.length,
    };
  }, [messages, start, end, newFrom, blocked]);
}

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
