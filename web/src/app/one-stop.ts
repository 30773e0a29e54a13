import { type FocusEvent, type KeyboardEvent, useEffect, useState } from 'react';
import { targetOf } from '../overlays/target-of.ts';

export interface OneStop {
  /** The row that the Tab key leads to. */
  stopId: string | null;
  /** For the list, whose rows are `li` with their id as `data-id`, and with a link or a button each. */
  keys: {
    onFocus: (event: FocusEvent<HTMLElement>) => void;
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/**
 * Makes a list one stop for the keyboard: the row that had the focus or was chosen last, or the first one. Arrows, Home, End
 * and the first letter of a row lead from row to row.
 */
export function useOneStop(ids: readonly string[], chosenId: string | null = null): OneStop {
  const [last, setLast] = useState(chosenId);
  useEffect(() => {
    if (chosenId !== null) setLast(chosenId);
  }, [chosenId]);
  const stopId = last !== null && ids.includes(last) ? last : (ids[0] ?? null);
  const onFocus = ({ target }: FocusEvent) => setLast(target.closest('li')?.dataset.id ?? null);
  return { stopId, keys: { onFocus, onKeyDown: move } };
}

function move(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('li:has(a, button)')];
  const at = rows.findIndex((row) => row.contains(event.target as Node));
  const target = at < 0 ? undefined : targetOf(event.key, rows, at);
  if (!target) return;
  event.preventDefault();
  const isPastEdge = { ArrowDown: at === rows.length - 1, ArrowUp: at === 0 }[event.key]; // where a menu begins again
  if (!isPastEdge) target.querySelector<HTMLElement>('a, button')?.focus();
}
