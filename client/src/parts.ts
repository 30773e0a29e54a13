import type { Parley } from './api.ts';
import type { Core } from './core.ts';
import { ParleyError } from './errors.ts';
import { Value } from './store.ts';

/** What stands on the connection: rooms, outgoing messages, presence, unread counts. */
export interface Parts
  extends Pick<Parley, 'unread' | 'outbox' | 'room' | 'presence' | 'setStatus' | 'onNotification'> {
  /** Whether something waits to be sent. */
  hasUnsent(): boolean;
  /** Stops sending, and discards or keeps what is unsent; resolves to how much that is. */
  signOut(unsent: 'discard' | 'keep'): Promise<number>;
  dispose(): void;
}

export function openParts(_core: Core): Parts {
  const missing = (): never => {
    throw new ParleyError({ code: 'INTERNAL', message: 'This version has no rooms yet.', retryable: false });
  };
  const outgoing = new Value([]);
  return {
    unread: new Value({ count: 0, isCapped: false, rooms: new Map() }),
    outbox: { get: outgoing.get, subscribe: outgoing.subscribe, elsewhere: new Value(0), takeOver: async () => {} },
    room: missing,
    presence: missing,
    setStatus: missing,
    onNotification: missing,
    hasUnsent: () => false,
    signOut: async () => 0,
    dispose: () => {},
  };
}
