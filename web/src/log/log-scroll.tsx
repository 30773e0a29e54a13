import { Component, type ReactNode } from 'react';

/** The end is near enough to follow new messages. */
const endPx = 80;

export type ScrollTarget =
  | { type: 'end' }
  /** `share`: how far down the visible part its top shall be. */
  | { type: 'message'; id: string; share: number };

/** Where rows were: restoring the first of them that is still there keeps the others in place. */
type Anchor = readonly { id: string; top: number }[];

interface LogScrollProps {
  children: (attach: (log: HTMLDivElement | null) => void) => ReactNode;
  /** There are newer messages than those in the document: its end is not the end. */
  hasMoreBelow: boolean;
  /** Where to go with the next update; asked once each time. */
  takeTarget: () => ScrollTarget | null;
  /** After each scroll, each update and each change of size. */
  onMoved: (scroll: LogScroll) => void;
}

/**
 * Keeps the rows of the log in place whatever changes around them: it measures right before React changes the document,
 * and sets the scroll position right after. `overflow-anchor` is off: Safari has none, and two would work against each other.
 */
export class LogScroll extends Component<LogScrollProps> {
  log: HTMLDivElement | null = null;
  isAtEnd = true;
  #anchor: Anchor = [];
  #sizes: ResizeObserver | null = null;
  #isTouched = false;
  /** Since a finger has touched it. */
  #hasScrolled = false;
  #top = 0;

  /** Whether a finger, or what it set in motion, is scrolling: then nothing may be inserted above. */
  get isBusy(): boolean {
    return this.#isTouched;
  }

  readonly attach = (log: HTMLDivElement | null): void => {
    if (log === this.log) return;
    this.#sizes?.disconnect();
    this.log = log;
    if (!log) return;
    this.#sizes = new ResizeObserver(() => this.#settle(this.#anchor));
    this.#sizes.observe(log);
    if (log.firstElementChild) this.#sizes.observe(log.firstElementChild);
    log.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    if (!('onscrollend' in log)) return;
    log.addEventListener('touchstart', () => this.#touch(true), { passive: true });
    log.addEventListener('scrollend', () => this.#touch(false), { passive: true });
    log.addEventListener('touchend', () => requestAnimationFrame(() => this.#lift()), { passive: true });
  };

  override getSnapshotBeforeUpdate({ hasMoreBelow }: LogScrollProps): Anchor {
    if (this.log) this.isAtEnd = this.#isStillAtEnd(this.log, hasMoreBelow);
    return measure(this.log);
  }

  override componentDidUpdate(_props: unknown, _state: unknown, anchor: Anchor): void {
    this.#settle(anchor);
  }

  override componentDidMount(): void {
    this.#settle([]);
  }

  override componentWillUnmount(): void {
    this.#sizes?.disconnect();
  }

  override render(): ReactNode {
    return this.props.children(this.attach);
  }

  /** Returns where the first visible row is, to come back to it later; null at the end. */
  place(): { id: string; top: number } | null {
    return this.isAtEnd ? null : (measure(this.log)[0] ?? null);
  }

  #settle(anchor: Anchor): void {
    const { log } = this;
    if (!log) return;
    const target = this.props.takeTarget();
    const row = target?.type === 'message' ? rowOf(log, target.id) : null;
    if (target?.type === 'message' && row) {
      log.scrollTop += topIn(log, row) - target.share * log.clientHeight;
      this.isAtEnd = !this.props.hasMoreBelow && isNearEnd(log);
    } else if (target?.type === 'end' || this.isAtEnd) {
      log.scrollTop = log.scrollHeight;
      this.isAtEnd = true;
    } else this.#restore(anchor);
    this.#moved();
  }

  #restore(anchor: Anchor): void {
    for (const { id, top } of anchor) {
      const row = rowOf(this.log!, id);
      if (!row) continue;
      const by = topIn(this.log!, row) - top;
      if (by !== 0) this.log!.scrollTop += by;
      return;
    }
  }

  #scrolled(): void {
    if (!this.log) return;
    this.#hasScrolled = true;
    this.isAtEnd = this.#isStillAtEnd(this.log, this.props.hasMoreBelow);
    this.#moved();
  }

  /** A log that has only become lower, since the composer has grown, has not left its end, which is out of sight for a moment. */
  #isStillAtEnd(log: HTMLElement, hasMoreBelow: boolean): boolean {
    return !hasMoreBelow && ((this.isAtEnd && log.scrollTop === this.#top) || isNearEnd(log));
  }

  #moved(): void {
    this.#top = this.log?.scrollTop ?? 0;
    this.#anchor = measure(this.log);
    this.props.onMoved(this);
  }

  /** What a finger has set in motion goes on, until `scrollend`. */
  #lift(): void {
    if (!this.#hasScrolled) this.#touch(false);
  }

  #touch(isTouched: boolean): void {
    this.#isTouched = isTouched;
    this.#hasScrolled = false;
    if (!isTouched && this.log) this.props.onMoved(this);
  }
}

const isNearEnd = (log: HTMLElement) => log.scrollHeight - log.scrollTop - log.clientHeight <= endPx;
const topIn = (log: HTMLElement, row: Element) => row.getBoundingClientRect().top - log.getBoundingClientRect().top;
const rowsOf = (log: HTMLElement) => log.querySelectorAll<HTMLElement>('[data-id]');

export function rowOf(log: HTMLElement, id: string): HTMLElement | null {
  return log.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
}

/**
 * Returns where the visible rows are. The second one comes first: the first one may lose its header when older messages
 * appear above it.
 */
function measure(log: HTMLElement | null): Anchor {
  if (!log) return [];
  const rows = rowsOf(log);
  const { top, bottom } = log.getBoundingClientRect();
  const visible: { id: string; top: number }[] = [];
  for (let at = firstBelow(rows, top); at < rows.length; at++) {
    const box = rows[at]!.getBoundingClientRect();
    if (box.top > bottom) break;
    visible.push({ id: rows[at]!.dataset.id!, top: box.top - top });
  }
  const [first, ...others] = visible.filter((row) => row.top >= 0);
  return [...others, ...(first ? [first] : []), ...visible.filter((row) => row.top < 0)];
}

/** Returns the index of the first row that ends below a height. */
function firstBelow(rows: NodeListOf<HTMLElement>, height: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.getBoundingClientRect().bottom <= height) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the id of the last row whose bottom is visible. */
export function lastSeen(log: HTMLElement): string | null {
  const rows = rowsOf(log);
  const bottom = Math.min(log.getBoundingClientRect().bottom, innerHeight); // a host page may scroll the widget
  for (let at = rows.length - 1; at >= 0; at--) {
    if (rows[at]!.getBoundingClientRect().bottom <= bottom + 1) return rows[at]!.dataset.id ?? null;
  }
  return null;
}
