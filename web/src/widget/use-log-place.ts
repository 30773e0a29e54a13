import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Nearer than this to the end counts as the end. */
const nearEnd = 80;
/** Older messages are asked for so many heights before the first one. */
const heightsAhead = 2;

interface Place {
  row: HTMLElement;
  /** Below the top of the log. */
  top: number;
  /** `scrollTop` at that moment. */
  scrolled: number;
}

export interface LogPlace {
  ref: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  toEnd: () => void;
  /** Scrolls to a row. `share`: which part of the height is above it. Returns whether the row is there. */
  show: (messageId: string, share?: number) => boolean;
}

/** Keeps what one reads where it is: the end in view while one is there, else the first visible row. */
export function useLogPlace(onTop: () => void): LogPlace {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const place = useRef<Place | null>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const remember = useCallback(() => {
    const log = ref.current;
    if (!log) return;
    atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight <= nearEnd;
    place.current = placeOf(log);
    setAtEnd(atEnd.current);
  }, []);
  const restore = useCallback(() => {
    const log = ref.current;
    if (!log) return;
    if (atEnd.current) log.scrollTop = log.scrollHeight;
    else if (place.current?.row.isConnected) log.scrollTop += movedBy(log, place.current);
    place.current = placeOf(log);
  }, []);
  useLayoutEffect(restore);
  useEffect(() => {
    const log = ref.current!;
    const onScroll = () => {
      remember();
      if (log.scrollTop < heightsAhead * log.clientHeight) onTop();
    };
    log.addEventListener('scroll', onScroll, { passive: true });
    const sizes = new ResizeObserver(restore);
    sizes.observe(log);
    sizes.observe(log.firstElementChild!);
    return () => {
      log.removeEventListener('scroll', onScroll);
      sizes.disconnect();
    };
  }, [remember, restore, onTop]);
  const toEnd = useCallback(() => {
    atEnd.current = true;
    setAtEnd(true);
    restore();
  }, [restore]);
  const show = useCallback(
    (messageId: string, share = 0.5) => {
      const log = ref.current;
      const row = log?.querySelector<HTMLElement>(`[data-id="${CSS.escape(messageId)}"]`);
      if (!log || !row) return false;
      const top = row.getBoundingClientRect().top - log.getBoundingClientRect().top;
      log.scrollTop += top - share * log.clientHeight;
      remember();
      return true;
    },
    [remember],
  );
  return { ref, isAtEnd, toEnd, show };
}

function placeOf(log: HTMLElement): Place | null {
  const { top } = log.getBoundingClientRect();
  for (const row of log.querySelectorAll<HTMLElement>('[data-id]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom > top) return { row, top: box.top - top, scrolled: log.scrollTop };
  }
  return null;
}

/** Returns how far a row was moved by other rows. What the reader has scrolled meanwhile is not counted. */
function movedBy(log: HTMLElement, { row, top, scrolled }: Place): number {
  const now = row.getBoundingClientRect().top - log.getBoundingClientRect().top;
  return now - (top - (log.scrollTop - scrolled));
}
