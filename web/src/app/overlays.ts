import { useSyncExternalStore } from 'react';
import type { Person } from '../people/person.ts';

/** What lies over the page. */
export type Overlay =
  | { type: 'find' }
  | { type: 'shortcuts' }
  | { type: 'write' }
  | { type: 'newRoom' }
  | { type: 'addPeople'; roomId: string }
  | { type: 'roomSettings'; roomId: string }
  | { type: 'leave'; roomId: string; name: string }
  | { type: 'ban'; roomId: string; person: Person }
  | { type: 'signOut' };

let open: Overlay | null = null;
const listeners = new Set<() => void>();

/** Opens a dialog in place of the one that is open; null closes it. */
export function showOverlay(overlay: Overlay | null): void {
  open = overlay;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(subscribe, () => open);
}
