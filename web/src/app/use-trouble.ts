import { useConnection } from 'parley-client/react';
import { useEffect, useRef, useState } from 'react';
import { useLanguage } from '../words/language.tsx';
import { useTalk } from './talk.tsx';

const shownAfterMs = 2000;

/** Returns what to say about the connection; null if it is there, or has been away only for a moment. */
export function useTrouble(): 'reconnecting' | 'offline' | null {
  const { status } = useConnection();
  const { announce } = useTalk();
  const { words } = useLanguage();
  const [isLost, setLost] = useState(false);
  const wasLost = useRef(false);
  const isReady = status === 'ready';
  useEffect(() => {
    if (isReady) return setLost(false);
    const timer = setTimeout(() => setLost(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isReady]);
  useEffect(() => {
    if (isLost) announce(words.connection.lost);
    else if (wasLost.current) announce(words.connection.again);
    wasLost.current = isLost;
  }, [isLost, announce, words]);
  if (!isLost || isReady) return null;
  return navigator.onLine ? 'reconnecting' : 'offline';
}
