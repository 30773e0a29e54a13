import type { KeyboardEvent } from 'react';

/** Returns what a key means in a composer: with touch, Enter breaks the line and the button sends. */
export function composerAct(
  event: KeyboardEvent,
  { isTouch, isEmpty }: { isTouch: boolean; isEmpty: boolean },
): 'send' | 'end' | 'editLast' | null {
  const { key, shiftKey, ctrlKey, metaKey, nativeEvent } = event;
  if (nativeEvent.isComposing || nativeEvent.keyCode === 229) return null;
  if (key === 'Enter') return ctrlKey || metaKey || (!shiftKey && !isTouch) ? 'send' : null;
  if (key === 'Escape') return 'end';
  return key === 'ArrowUp' && isEmpty ? 'editLast' : null;
}
