/** At most so many messages are in the document. */
export const mostRows = 200;
/** So many messages are added at once. */
export const pageRows = 50;
/** What is left when there are too many at the end. */
const rowsAtEnd = 150;

/** Which messages are shown: from a sequence on, up to another one or, if that is null, to the end. */
export interface Shown {
  from: number;
  to: number | null;
}

/** Part of a list: from `start` up to, and without, `end`. */
export interface Slice {
  start: number;
  end: number;
}

type Sequences = readonly { sequence: number }[];

/** Returns the part of the messages that is in the document. `shown`: null for the newest ones. */
export function sliceOf(messages: Sequences, shown: Shown | null, isAtEnd: boolean): Slice {
  const { length } = messages;
  if (length === 0) return { start: 0, end: 0 };
  const from = shown ? indexFrom(messages, shown.from) : Math.max(0, length - 2 * pageRows);
  const start = Math.min(from, Math.max(0, length - pageRows)); // what it began with may be gone
  const end = shown?.to == null ? length : Math.max(indexFrom(messages, shown.to + 1), start + 1);
  if (end - start <= mostRows) return { start, end };
  return isAtEnd ? { start: end - rowsAtEnd, end } : { start, end: start + mostRows };
}

/** Returns what is shown after a page of older messages was added, without the newest ones beyond the limit. */
function olderThan(messages: Sequences, { start, end }: Slice): Shown {
  const first = Math.max(0, start - pageRows);
  return shownOf(messages, { start: first, end: Math.min(end, first + mostRows) });
}

/** Returns what is shown after a page of newer messages was added, without the oldest ones beyond the limit. */
function newerThan(messages: Sequences, { start, end }: Slice): Shown {
  const last = Math.min(messages.length, end + pageRows);
  return shownOf(messages, { start: Math.max(start, last - mostRows), end: last });
}

/** Returns what is shown around a message. */
export function around(messages: Sequences, sequence: number): Shown {
  const at = indexFrom(messages, sequence);
  return shownOf(messages, { start: Math.max(0, at - pageRows), end: Math.min(messages.length, at + pageRows) });
}

/** Returns what a part of the messages shows, however many come later. */
export function shownOf(messages: Sequences, { start, end }: Slice): Shown {
  return {
    from: messages[start]?.sequence ?? 0,
    to: end >= messages.length ? null : (messages[end - 1]?.sequence ?? null),
  };
}

interface Window {
  readonly items: Sequences;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly isLoading: boolean;
  readonly error?: unknown;
}

/** Returns what to show next when the viewer is within two screens of either end: loaded messages, or a page to request. */
export function extensionOf(log: HTMLElement, window: Window, slice: Slice): Shown | 'older' | 'newer' | null {
  const { items, hasOlder, hasNewer, isLoading, error } = window;
  const near = Math.min(2 * log.clientHeight, log.scrollHeight / 4);
  const isTop = log.scrollTop < near;
  const isBottom = log.scrollHeight - log.scrollTop - log.clientHeight < near;
  if (isTop && slice.start > 0) return olderThan(items, slice);
  if (isBottom && slice.end < items.length) return newerThan(items, slice);
  if (isLoading || error) return null;
  if (isTop && hasOlder) return 'older';
  return isBottom && hasNewer ? 'newer' : null;
}

/** Returns the index of the first message with this sequence or a higher one. */
export function indexFrom(messages: Sequences, sequence: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
