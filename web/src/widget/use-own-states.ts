import type { MessageItem } from 'parley-client';
import { useMemo } from 'react';
import { useNow } from '../app/use-now.ts';
import type { OwnState } from '../log/message.ts';
import { ownStates, sendingShownMs } from '../log/own-states.ts';
import { useLanguage } from '../words/language.tsx';

/** Returns how far the viewer's unsent messages have come, by their ids. */
export function useOwnStates(items: readonly MessageItem[], isConnected: boolean): ReadonlyMap<string, OwnState> {
  const { words } = useLanguage();
  const isPending = items.some(({ sending }) => sending !== undefined);
  const now = useNow(isPending ? sendingShownMs / 2 : null);
  return useMemo(() => ownStates(items, { isConnected, now, words }), [items, isConnected, now, words]);
}
