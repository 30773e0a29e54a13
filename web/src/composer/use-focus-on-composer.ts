import { type RefObject, useEffect, useRef } from 'react';
import type { WhyNoComposer } from './composer-instead.tsx';
import type { Writing } from './use-writing.ts';

type Await = (change: Promise<unknown>) => void;

/**
 * Returns a ref for what stands in the composer's place, and what gives the focus to the composer, or else to what then says
 * why there is none, once it takes the place of the button that was pressed: unless the change resolves to nothing, which
 * means that it failed, or the focus is elsewhere by then.
 */
export function useFocusOnComposer(
  { field }: Writing,
  why: WhyNoComposer | null,
): [RefObject<HTMLDivElement | null>, Await] {
  const instead = useRef<HTMLDivElement>(null);
  const isAwaited = useRef(false);
  const hasButton = why?.type === 'notJoined';
  useEffect(() => {
    if (hasButton || !isAwaited.current) return;
    isAwaited.current = false;
    if (document.activeElement === document.body) (field.current ?? instead.current)?.focus({ preventScroll: true });
  }, [hasButton, field]);
  const awaitComposer: Await = (change) => {
    isAwaited.current = true;
    void change.then((result) => {
      if (!result) isAwaited.current = false;
    });
  };
  return [instead, awaitComposer];
}
