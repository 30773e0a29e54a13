import { useConnection } from 'parley-client/react';
import { useEffect, useRef } from 'react';

/** Calls `act` when the connection becomes ready, but not if it is at first. `act` stays the same function. */
export function useOnReady(act: () => void): void {
  const isReady = useConnection().status === 'ready';
  const wasReady = useRef(isReady);
  useEffect(() => {
    if (isReady && !wasReady.current) act();
    wasReady.current = isReady;
  }, [isReady, act]);
}
