export type RowAct = 'reply' | 'edit' | 'react' | 'copy' | 'delete' | 'menu';

const letters: Record<string, RowAct> = {
  r: 'reply',
  e: 'edit',
  '+': 'react',
  c: 'copy',
  Delete: 'delete',
  Enter: 'menu',
  ContextMenu: 'menu',
};

interface LogKeys {
  /** Does what a key means for the row that has the focus. */
  act: (act: RowAct, row: HTMLElement) => void;
  focused: (id: string) => void;
  /** A letter without a meaning here: it is meant for the composer. */
  typed: (letter: string) => void;
}

/** What is used of an event of the keyboard: React's and the browser's have it. */
interface Key {
  key: string;
  target: EventTarget;
  currentTarget: HTMLElement;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  preventDefault(): void;
}

/** Moves from row to row, and does what single keys mean while the log itself has the focus. */
export function onLogKey(event: Key, keys: LogKeys): void {
  const { key, target, currentTarget: log } = event;
  const row = (target as Element).closest<HTMLElement>('article[data-id]');
  const isOnRow = row === target || target === log;
  if (event.altKey || event.ctrlKey || event.metaKey || !isOnRow) return;
  const next = nextRow(key, log, row);
  const act = letters[key.length === 1 ? key.toLowerCase() : key];
  if (next) {
    keys.focused(next.dataset.id!);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  } else if (act && row) {
    if (hasMenu(row)) keys.act(act, row);
  } else if (key.length === 1 && key !== ' ' && key !== '?') keys.typed(key);
  else return;
  event.preventDefault();
}

/** Returns whether something can be done with the message of a row: not if it is deleted, hidden, or on its way. */
export function hasMenu(row: Element): boolean {
  return Boolean(row.querySelector('.toolbar'));
}

/** Moves the focus from a row that loses its buttons to the next one, or else to the one before. Returns its id. */
export function focusBeside(row: Element | null): string | null {
  const next = rowBeside(row);
  if (!next) return null;
  requestAnimationFrame(() => next.focus({ preventScroll: true })); // after the menu has given the focus back
  return next.dataset.id ?? null;
}

/** Keeps the focus in the log if a button goes that was pressed: its row gets it, or the row that takes its place. */
export function keepFocus(button: HTMLElement): void {
  const row = button.closest('article');
  const next = rowBeside(row);
  const root = button.getRootNode() as Document | ShadowRoot;
  requestAnimationFrame(() => {
    const isLost = !root.activeElement || root.activeElement === document.body;
    if (isLost && !button.isConnected) (row?.isConnected ? row : next)?.focus({ preventScroll: true });
  });
}

function rowBeside(row: Element | null): HTMLElement | undefined {
  const rows = [...(row?.closest('.log')?.querySelectorAll<HTMLElement>('article[data-id]') ?? [])];
  const at = rows.indexOf(row as HTMLElement);
  return at < 0 ? undefined : (rows[at + 1] ?? rows[at - 1]);
}

function nextRow(key: string, log: HTMLElement, row: HTMLElement | null): HTMLElement | undefined {
  const rows = [...log.querySelectorAll<HTMLElement>('article[data-id]')];
  const at = row ? rows.indexOf(row) : -1;
  const page = () => Math.max(1, rows.filter((one) => isVisible(one, log)).length - 1);
  if (key === 'ArrowUp') return at < 0 ? rows.at(-1) : rows[Math.max(0, at - 1)];
  if (key === 'ArrowDown') return at < 0 ? rows.at(-1) : rows[Math.min(rows.length - 1, at + 1)];
  if (key === 'Home') return rows[0];
  if (key === 'End') return rows.at(-1);
  if (key === 'PageUp') return rows[Math.max(0, at - page())];
  if (key === 'PageDown') return rows[Math.min(rows.length - 1, at + page())];
  return undefined;
}

function isVisible(row: HTMLElement, log: HTMLElement): boolean {
  const [box, frame] = [row.getBoundingClientRect(), log.getBoundingClientRect()];
  return box.bottom > frame.top && box.top < frame.bottom;
}
