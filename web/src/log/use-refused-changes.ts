import type { Outbox } from 'parley-client';
import { useEffect, useRef } from 'react';

/**
 * Gives up each edit, deletion and reaction that the server refuses, in whatever room: what was is shown again. Calls `told`
 * with the server's code. A refused message stays, with its text.
 */
export function useRefusedChanges(outbox: Outbox, told: (code: string) => void): void {
  const tell = useRef(told);
  useEffect(() => {
    tell.current = told;
  });
  useEffect(() => {
    const look = () => {
      for (let next = refusedOf(outbox); next; next = refusedOf(outbox)) {
        next.entry.discard();
        tell.current(next.code);
      }
    };
    look();
    return outbox.subscribe(look);
  }, [outbox]);
}

function refusedOf(outbox: Outbox) {
  for (const entry of outbox.get()) {
    const state = entry.state.get();
    if (entry.kind !== 'send' && state.status === 'failed') return { entry, code: state.why.code };
  }
  return null;
}
