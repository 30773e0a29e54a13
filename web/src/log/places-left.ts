import type { LogScroll } from './log-scroll.tsx';
import type { Shown } from './log-window.ts';

interface Left {
  shown: Shown;
  id: string;
  share: number;
}

/** Where each viewer left each room in this visit. */
const left = new Map<string, Left>();

/** Returns where a viewer was in a room when they left it; undefined for the end. `key`: names both. */
export function placeLeft(key: string): Left | undefined {
  return left.get(key);
}

/** Remembers where the viewer is, to come back to it in this visit. */
export function rememberPlace(key: string, scroll: LogScroll, shown: Shown): void {
  const place = scroll.place();
  if (!place || !scroll.log) left.delete(key);
  else left.set(key, { shown, id: place.id, share: place.top / scroll.log.clientHeight });
}
