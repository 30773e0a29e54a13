import { type HTMLAttributes, useEffect, useLayoutEffect, useRef } from 'react';
import { placeBox, type Rect, type Side } from './place.ts';
import { useReturnOfFocus } from './return-of-focus.ts';

interface FloatingProps extends HTMLAttributes<HTMLDivElement> {
  /** Where it opens; focus returns there when it closes. */
  anchor: HTMLElement;
  side?: Side;
  onClose: () => void;
}

/**
 * A box over the page at an anchor. It closes by Esc and by a press elsewhere. It sets its place by the style's properties,
 * which the page's policy allows, unlike style elements. If the box around it still moves, `fixed` refers to that box: it is
 * placed again when a movement ends.
 */
export function Floating({ anchor, side = 'below', onClose, children, ...rest }: FloatingProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current!;
    const place = () => {
      const { width, height } = box.getBoundingClientRect();
      const frame = frameOf(box);
      const { left, top } = placeBox(within(frame, anchor), { width, height }, { window: frame, side });
      const from = box.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 }; // in the page, there is none
      box.style.left = `${left + frame.left - from.left}px`;
      box.style.top = `${top + frame.top - from.top}px`;
    };
    place();
    document.addEventListener('animationend', place);
    return () => document.removeEventListener('animationend', place);
  }, [anchor, side]);
  useReturnOfFocus(ref, anchor);
  useEffect(() => {
    const onPress = (event: Event) => {
      const [target] = event.composedPath(); // in the widget, `target` is the element around its shadow root
      if (!(target instanceof Element && target.closest('.floating'))) onClose();
    };
    document.addEventListener('pointerdown', onPress, true);
    return () => document.removeEventListener('pointerdown', onPress, true);
  }, [onClose]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it closes by Esc from any element inside
    <div
      ref={ref}
      className="floating"
      {...rest}
      onKeyDown={(event) => {
        rest.onKeyDown?.(event);
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}

/** Returns what the box must stay inside: the widget, or the window. */
function frameOf(box: Element): DOMRect {
  return box.closest('.widget')?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight);
}

function within(frame: DOMRect, anchor: Element): Rect {
  const { left, top, right, bottom } = anchor.getBoundingClientRect();
  return { left: left - frame.left, top: top - frame.top, right: right - frame.left, bottom: bottom - frame.top };
}
