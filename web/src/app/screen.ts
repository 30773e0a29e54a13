import { useSyncExternalStore } from 'react';

/** Returns whether a media query holds now. */
function useMedia(query: string): boolean {
  const subscribe = (changed: () => void) => {
    const list = matchMedia(query);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  };
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Returns whether the window shows one part of the page at a time. */
export const useIsPhone = () => useMedia('(max-width: 719px)');
/** Returns whether the main pointer is a finger. */
export const useIsTouch = () => useMedia('(pointer: coarse)');
/** Returns whether the members have their place beside the room from the start. */
export const useIsWide = () => useMedia('(min-width: 1600px)');
