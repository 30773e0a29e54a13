import type { Messages } from 'parley-client/react';
import { useEffect, useState } from 'react';
import type { LogPlace } from './use-log-place.ts';

const markedMs = 2000;

interface MarkedOptions {
  messages: Messages;
  place: LogPlace;
}

/** Returns which message is marked, because one has jumped to it, and a function that jumps. */
export function useMarked({ messages, place }: MarkedOptions) {
  const [wanted, setWanted] = useState<string | null>(null);
  const [markedId, setMarked] = useState<string | null>(null);
  // The row may have to be loaded first: then it is there after a later rendering.
  useEffect(() => {
    if (wanted === null || !place.show(wanted)) return;
    setWanted(null);
    setMarked(wanted);
  }, [wanted, place]);
  useEffect(() => {
    if (markedId === null) return;
    const timer = setTimeout(() => setMarked(null), markedMs);
    return () => clearTimeout(timer);
  }, [markedId]);
  const jumpTo = (messageId: string | undefined, sequence: number | undefined) => {
    if (messageId === undefined || !sequence) return;
    setWanted(messageId);
    if (!messages.items.some(({ id }) => id === messageId)) void messages.jumpTo(sequence);
  };
  return [markedId, jumpTo] as const;
}
