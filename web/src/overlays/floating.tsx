import { type HTMLAttributes, useEffect, useLayoutEffect, useRef } from 'react';
import { placeBox, type Side } from './place.ts';

interface FloatingProps extends HTMLAttributes<HTMLDivElement> {
  /** Where it opens; focus returns there when it closes. */
  anchor: HTMLElement;
  side?: Side;
  onClose: () => void;
}

/**
 * A box over the page at an anchor. It closes by Esc and by a press elsewhere. It sets its place by the style's properties,
 * which the page's policy allows, unlike style elements.
 */
export function Floating({ anchor, side = 'below', onClose, children, ...rest }: FloatingProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current!;
    const { width, height } = box.getBoundingClientRect();
    const window = { width: innerWidth, height: innerHeight };
    const { left, top } = placeBox(anchor.getBoundingClientRect(), { width, height }, { window, side });
    box.style.left = `${left}px`;
    box.style.top = `${top}px`;
  }, [anchor, side]);
  useReturnOfFocus(ref, anchor);
  useEffect(() => {
    const onPress = ({ target }: Event) => {
      if (!(target as Element).closest('.floating')) onClose();
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

/** Gives the focus back to an anchor when a box goes that has it. */
function useReturnOfFocus(ref: React.RefObject<HTMLElement | null>, anchor: HTMLElement): void {
  useLayoutEffect(() => {
    const box = ref.current;
    return () => {
      const { activeElement } = document;
      if (activeElement === document.body || box?.contains(activeElement)) anchor.focus({ preventScroll: true });
    };
  }, [ref, anchor]);
}
