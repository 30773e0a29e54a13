import type { MessageItem } from 'parley-client';
import { type FocusEvent, type KeyboardEvent, type RefObject, useState } from 'react';
import type { LogAct, LogEvent } from '../log/log-view.tsx';

const acts: Record<string, LogAct> = { Enter: 'menu', '+': 'pick', r: 'reply' };

interface LogKeysOptions {
  log: RefObject<HTMLElement | null>;
  shown: readonly MessageItem[];
  onAct: (event: LogEvent) => void;
}

/** One row of the log is a stop of the Tab key; from there, keys move and act. */
export function useLogKeys({ log, shown, onAct }: LogKeysOptions) {
  const [chosen, setStop] = useState<string | null>(null);
  const rows = shown.filter(({ kind }) => kind === 'USER');
  const stopId = rows.some(({ id }) => id === chosen) ? chosen : (rows.at(-1)?.id ?? null);
  const rowOf = (target: EventTarget) => (target as Element).closest<HTMLElement>('[data-id]');
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => setStop(rowOf(target)?.dataset.id ?? stopId);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = rowOf(event.target);
    if (!row || row !== event.target || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...(log.current?.querySelectorAll<HTMLElement>('[data-id]') ?? [])];
    const to = targetOf(event.key, all, all.indexOf(row));
    const act = acts[event.key];
    if (to) {
      to.focus({ preventScroll: true });
      to.scrollIntoView({ block: 'nearest' });
    } else if (act) onAct({ act, messageId: row.dataset.id ?? '', at: row });
    else return;
    event.preventDefault();
  };
  return { stopId, onFocus, onKeyDown };
}

function targetOf(key: string, rows: HTMLElement[], at: number): HTMLElement | undefined {
  if (key === 'ArrowUp') return rows[Math.max(0, at - 1)];
  if (key === 'ArrowDown') return rows[Math.min(rows.length - 1, at + 1)];
  if (key === 'Home') return rows[0];
  return key === 'End' ? rows.at(-1) : undefined;
}
