import { useEffect } from 'react';
import { showOverlay } from './overlays.ts';
import { moveToRegion } from './regions.ts';

const onHelp = () => showOverlay({ type: 'shortcuts' });

/** Follows the keys that act anywhere in the page. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (!act(event)) return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function act(event: KeyboardEvent): boolean {
  const { key, shiftKey } = event;
  if (key === 'F6') moveToRegion(shiftKey ? -1 : 1);
  else if (key === '/' && (event.ctrlKey || event.metaKey)) onHelp();
  else if (key === '?' && !isField(event.target as Element)) onHelp();
  else return false;
  return true;
}

function isField(element: Element): boolean {
  return element.matches('input, textarea, select, [contenteditable]');
}
