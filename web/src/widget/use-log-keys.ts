import type { MessageItem } from 'parley-client';
import { type KeyboardEvent, useState } from 'react';
import { onLogKey, type RowAct } from '../log/log-keys.ts';
import type { LogAct, LogEvent } from '../log/log-view.tsx';
import type { MessageAct } from '../log/message-menu.tsx';

/** What a button, a key or an entry of the menu asks for. */
export type RowEvent = Omit<LogEvent, 'act'> & { act: LogAct | MessageAct };

/** Deleting asks in the menu. */
const acts: Record<RowAct, RowEvent['act']> = {
  reply: 'reply',
  edit: 'edit',
  react: 'pick',
  copy: 'copyText',
  delete: 'menu',
  menu: 'menu',
};

interface LogKeysOptions {
  shown: readonly MessageItem[];
  onAct: (event: RowEvent) => void;
  onTyped: (letter: string) => void;
}

/** One row of the log is a stop of the Tab key; from there, keys move and act. */
export function useLogKeys({ shown, onAct, onTyped }: LogKeysOptions) {
  const [chosen, setStop] = useState<string | null>(null);
  const isShown = shown.some(({ id, kind }) => id === chosen && kind === 'USER');
  const stopId = isShown ? chosen : (shown.findLast(({ kind }) => kind === 'USER')?.id ?? null);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) =>
    onLogKey(event, {
      act: (act, row) => onAct({ act: acts[act], messageId: row.dataset.id ?? '', at: row }),
      focused: setStop,
      typed: onTyped,
    });
  return { stopId, onKeyDown };
}
