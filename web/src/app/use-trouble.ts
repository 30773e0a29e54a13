import { useConnection } from 'parley-client/react';
import { useEffect, useState } from 'react';

const shownAfterMs = 2000;

/** Returns what is wrong with the connection; null if nothing is, or only for a moment. */
export function useTrouble(): 'reconnecting' | 'offline' | null {
  const { status } = useConnection();
  const [isLost, setLost] = useState(false);
  const isReady = status === 'ready';
  useEffect(() => {
    if (isReady) return setLost(false);
    const timer = setTimeout(() => setLost(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isReady]);
  if (!isLost || isReady) return null;
  return navigator.onLine ? 'reconnecting' : 'offline';
}
