import { type MouseEvent, type PointerEvent, useEffect, useRef } from 'react';
import { hasMenu } from './log-keys.ts';

const pressMs = 400;
/** A finger that moves further than this scrolls. */
const slackPx = 10;

/** Returns what a log listens to, so that a finger that rests on a message opens its menu. */
export function useLongPress(onPress: (row: HTMLElement) => void) {
  const pressed = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number; isDone: boolean } | null>(null);
  const end = () => clearTimeout(pressed.current?.timer);
  useEffect(() => () => clearTimeout(pressed.current?.timer), []);
  return {
    onPointerDown({ pointerType, isPrimary, target, clientX, clientY }: PointerEvent): void {
      end();
      pressed.current = null;
      const row = rowAt(target as Element);
      if (pointerType !== 'touch' || !isPrimary || !row) return;
      const press = { x: clientX, y: clientY, isDone: false, timer: setTimeout(() => open(row), pressMs) };
      pressed.current = press;
      const open = (at: HTMLElement) => {
        press.isDone = true;
        swallowClick();
        onPress(at);
      };
    },
    onPointerMove({ clientX, clientY }: PointerEvent): void {
      const { x, y } = pressed.current ?? { x: clientX, y: clientY };
      if (Math.hypot(clientX - x, clientY - y) > slackPx) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    /** The browser's own menu for a long press would lie over ours. */
    onContextMenu(event: MouseEvent): void {
      if (pressed.current?.isDone) event.preventDefault();
    },
  };
}

/** When the finger leaves, browsers may report a click where it was: on what lies over the menu, which would close it. */
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener('click', swallow, { capture: true, once: true });
  addEventListener('pointerdown', () => removeEventListener('click', swallow, true), { capture: true, once: true });
}

/** Returns the row of a message that has a menu. Links and buttons do what they do everywhere. */
function rowAt(target: Element): HTMLElement | null {
  if (target.closest('a, button')) return null;
  const row = target.closest<HTMLElement>('article[data-id]');
  return row && hasMenu(row) ? row : null;
}
