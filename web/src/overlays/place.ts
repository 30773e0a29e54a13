export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Size {
  width: number;
  height: number;
}

/** Where a box opens: below its anchor with equal ends, or beside it. */
export type Side = 'below' | 'beside';

const gap = 4;
const margin = 8;

/** Returns where to put a box so that it stands at its anchor and inside the window. */
export function placeBox(anchor: Rect, box: Size, { window, side }: { window: Size; side: Side }) {
  const fits = (start: number, length: number, room: number) => start >= margin && start + length <= room - margin;
  const clamp = (start: number, length: number, room: number) =>
    Math.max(margin, Math.min(start, room - length - margin));
  if (side === 'beside') {
    const after = anchor.right + gap;
    const before = anchor.left - gap - box.width;
    const left = fits(before, box.width, window.width) ? before : after;
    return {
      left: clamp(left, box.width, window.width),
      top: clamp(anchor.top - gap, box.height, window.height),
    };
  }
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - box.height;
  const top = fits(below, box.height, window.height) || !fits(above, box.height, window.height) ? below : above;
  return {
    left: clamp(anchor.right - box.width, box.width, window.width),
    top: clamp(top, box.height, window.height),
  };
}
