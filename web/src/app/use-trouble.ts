import type { Outgoing } from 'parley-client';
import { useConnection, useParley } from 'parley-client/react';
import { useEffect, useState } from 'react';

/** A lost connection is often back at once, but not without a network. */
const shownAfterMs = 2000;
const busyAfterMs = 10_000;

/** `busy`: there is a connection, but the server has let a message wait for long. */
export type Trouble = 'reconnecting' | 'offline' | 'busy';

/** Returns what is wrong with the connection; null if nothing is, or only for a moment. */
export function useTrouble(): Trouble | null {
  const { status } = useConnection();
  const isHeld = useHeldBack();
  const isReady = status === 'ready';
  const isLost = useLasting(!isReady, navigator.onLine ? shownAfterMs : 0);
  const isBusy = useLasting(isHeld, busyAfterMs);
  if (isLost) return navigator.onLine ? 'reconnecting' : 'offline';
  return isBusy ? 'busy' : null;
}

/** Returns whether something is so, and has been for this time. */
function useLasting(isSo: boolean, ms: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  useEffect(() => {
    if (!isSo) return setLasted(false);
    const timer = setTimeout(() => setLasted(true), ms);
    return () => clearTimeout(timer);
  }, [isSo, ms]);
  return isSo && hasLasted;
}

/** Returns whether the server has let something wait because it is busy, and has not accepted it since. */
function useHeldBack(): boolean {
  const { outbox } = useParley();
  const [isHeldBack, setHeldBack] = useState(false);
  useEffect(() => {
    let held: readonly Outgoing[] = [];
    const look = () => {
      held = outbox.get().filter((one) => isHeld(one) || (held.includes(one) && one.state.get().status !== 'failed'));
      setHeldBack(held.length > 0);
    };
    look();
    return outbox.subscribe(look);
  }, [outbox]);
  return isHeldBack;
}

function isHeld({ state }: Outgoing): boolean {
  const now = state.get();
  return now.status === 'waiting' && now.code === 'RATE_LIMITED';
}
