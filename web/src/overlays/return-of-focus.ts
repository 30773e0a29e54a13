import { type RefObject, useLayoutEffect } from 'react';

/**
 * Gives the focus back when a box goes that has it: to its anchor, or to what had it when the box came. To an anchor also
 * when nothing has it: Safari does not focus a button that is pressed.
 */
export function useReturnOfFocus(ref: RefObject<HTMLElement | null>, anchor?: HTMLElement): void {
  useLayoutEffect(() => {
    const box = ref.current!;
    const root = box.getRootNode() as Document | ShadowRoot;
    const before = anchor ?? (root.activeElement as HTMLElement | null);
    return () => {
      const { activeElement } = root;
      const isNowhere = activeElement === null || activeElement === document.body;
      if (isNowhere ? anchor : box.contains(activeElement)) before?.focus({ preventScroll: true });
    };
  }, [ref, anchor]);
}
