import { afterEach } from '@jest/globals';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
const roots: Root[] = [];

// jsdom has no media queries and no dialogs.
globalThis.matchMedia ??= () =>
  ({ matches: false, addEventListener() {}, removeEventListener() {} }) as object as MediaQueryList;
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

afterEach(() => {
  for (const root of roots.splice(0)) act(() => root.unmount());
});

/** Renders into the document, until the end of the test. */
export function show(element: ReactNode): HTMLElement {
  const page = document.createElement('div');
  document.body.replaceChildren(page);
  const root = createRoot(page, { onCaughtError: () => {} });
  roots.push(root);
  act(() => root.render(element));
  return page;
}

/** Renders anew what was shown last. */
export function rerender(element: ReactNode): void {
  act(() => roots.at(-1)?.render(element));
}

export const buttons = (page: Element) => [...page.querySelectorAll('button')].map(({ textContent }) => textContent);

export function press(page: Element, text: string): void {
  const button = [...page.querySelectorAll('button')].find(({ textContent }) => textContent === text)!;
  act(() => button.click());
}
