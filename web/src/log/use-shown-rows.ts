import type { MessageItem } from 'parley-client';
import { useMemo } from 'react';
import { useBlocked } from '../people/blocked.ts';
import { hiding } from './hiding.ts';
import { itemsOf, type NewFrom } from './items.ts';
import type { LogState } from './log-state.ts';

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
