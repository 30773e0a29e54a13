import { useEffect, useRef } from 'react';
import type { Writing } from './use-writing.ts';

/**
 * Returns what gives the composer the focus once it takes the place of the button that was pressed, unless the change
 * resolves to nothing: it failed.
 */
export function useFocusOnComposer({ field }: Writing, isThere: boolean): (change: Promise<unknown>) => void {
  const isAwaited = useRef(false);
  useEffect(() => {
    if (!isThere || !isAwaited.current) return;
    isAwaited.current = false;
    field.current?.focus({ preventScroll: true });
  }, [isThere, field]);
  return (change) => {
    isAwaited.current = true;
    void change.then((result) => {
      if (!result) isAwaited.current = false;
    });
  };
}
