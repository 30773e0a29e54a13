import { type RefObject, useLayoutEffect } from 'react';
import { isFirstAddress } from '../app/router.ts';

/** Gives a pane that comes the focus if what led there has gone, such as a button, or is hidden, as the inbox of a phone. */
export function useLostFocus(pane: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === document.body || activeElement?.checkVisibility() === false;
    if (!isFirstAddress() && isLost) pane.current?.focus({ preventScroll: true });
  }, [pane]);
}
