import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

/** Puts menus outside the parts of the page, whose `contain` would cut them off and move them. */
export function OverPage({ children }: { children: ReactNode }) {
  return createPortal(children, document.body);
}
