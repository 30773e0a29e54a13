import { useEffect } from 'react';
import { showOverlay } from '../app/overlays.ts';
import { navigate } from '../app/router.ts';
import type { InboxEntry } from './inbox-row.tsx';

/** Leads from room to room by keys that work anywhere: Ctrl+K finds, Alt with arrows goes to the next room or unread one. */
export function useInboxKeys(entries: readonly InboxEntry[], openRoomId: string | null): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return showOverlay({ type: 'find' });
      }
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || !step || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const next = nextEntry(entries, { from: openRoomId, step, unreadOnly: event.shiftKey });
      if (next) navigate(next.href);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [entries, openRoomId]);
}

interface Step {
  from: string | null;
  step: number;
  unreadOnly: boolean;
}

function nextEntry(entries: readonly InboxEntry[], { from, step, unreadOnly }: Step): InboxEntry | undefined {
  const at = entries.findIndex(({ id }) => id === from);
  const start = at < 0 && step < 0 ? 0 : at;
  const order = entries.map((_, index) => entries[(start + step * (index + 1) + entries.length * 2) % entries.length]!);
  return order.find(({ unread }) => !unreadOnly || unread.value > 0);
}
