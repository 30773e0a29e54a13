import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Gives the focus of members that close to the button that opens them, if nothing else has it: on a phone, it was hidden
 * meanwhile, and what had the focus before is not known if they were open from the start.
 */
export function useFocusAfterMembers(buttons: RefObject<HTMLElement | null>, areOpen: boolean): void {
  const wereOpen = useRef(areOpen);
  useLayoutEffect(() => {
    const haveClosed = wereOpen.current && !areOpen;
    wereOpen.current = areOpen;
    if (!haveClosed || document.activeElement !== document.body) return;
    const button = buttons.current?.querySelector<HTMLElement>('[aria-expanded]') ?? buttons.current?.lastElementChild;
    (button as HTMLElement | undefined)?.focus({ preventScroll: true });
  }, [buttons, areOpen]);
}
