import type { Store } from 'parley-client';
import { useStore } from 'parley-client/react';

/** Follows what only members of a room are told: for others, the server would refuse it. */
export function useWhileMember<T>(store: Store<T>, nothing: Store<T>, isMember: boolean): T {
  return useStore(isMember ? store : nothing);
}

/** Returns a store that never changes. */
export function constant<T>(value: T): Store<T> {
  return { get: () => value, subscribe: () => () => {} };
}
