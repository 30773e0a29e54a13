import { type RefObject, useLayoutEffect } from 'react';
import { isFirstAddress } from './router.ts';

/**
 * Gives a pane that comes the focus if what led there has gone, such as a button, or is hidden, as the inbox of a phone.
 * `isShown`: it has come. `stop`: selects what is to have the focus in it.
 */
export function useLostFocus(pane: RefObject<HTMLElement | null>, isShown = true, stop?: string): void {
  useLayoutEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === document.body || activeElement?.checkVisibility() === false;
    if (!isShown || isFirstAddress() || !isLost) return;
    const at = stop && pane.current?.querySelector<HTMLElement>(stop);
    if (at) at.focus();
    else pane.current?.focus({ preventScroll: true });
  }, [pane, isShown, stop]);
}
