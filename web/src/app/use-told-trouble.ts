import { useEffect, useRef } from 'react';
import { useLanguage } from '../words/language.tsx';
import { useTalk } from './talk.tsx';
import { useTrouble } from './use-trouble.ts';

/** Returns what to say about the connection, and announces its loss and its return. */
export function useToldTrouble(): ReturnType<typeof useTrouble> {
  const trouble = useTrouble();
  const { announce } = useTalk();
  const { words } = useLanguage();
  const wasLost = useRef(false);
  const isLost = trouble !== null && trouble !== 'busy';
  useEffect(() => {
    if (isLost) announce(words.connection.lost);
    else if (wasLost.current) announce(words.connection.again);
    wasLost.current = isLost;
  }, [isLost, announce, words]);
  return trouble;
}
