import type { KeyboardEvent } from 'react';
import type { Writing } from './use-writing.ts';

interface ComposerKeys {
  /** With touch, Enter breaks the line and the button sends. */
  isTouch: boolean;
  writing: Writing;
  onSent: () => void;
  onEditLast: () => void;
  /** Esc with nothing to end. */
  onEscape: () => void;
}

/** Does what a key means in a composer. */
export function onComposerKey(event: KeyboardEvent, { isTouch, writing, ...on }: ComposerKeys): void {
  const act = actOf(event, { isTouch, isEmpty: writing.text === '' && !writing.about });
  if (act === null) return;
  event.preventDefault();
  if (act === 'editLast') on.onEditLast();
  else if (act === 'end' && !writing.cancel()) on.onEscape();
  else if (act === 'send' && writing.submit()) on.onSent();
}

function actOf(
  event: KeyboardEvent,
  { isTouch, isEmpty }: { isTouch: boolean; isEmpty: boolean },
): 'send' | 'end' | 'editLast' | null {
  const { key, shiftKey, ctrlKey, metaKey, nativeEvent } = event;
  if (nativeEvent.isComposing || nativeEvent.keyCode === 229) return null;
  if (key === 'Enter') return ctrlKey || metaKey || (!shiftKey && !isTouch) ? 'send' : null;
  if (key === 'Escape') return 'end';
  return key === 'ArrowUp' && isEmpty ? 'editLast' : null;
}
