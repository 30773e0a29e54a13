import type { MessageItem } from 'parley-client';
import type { RoomFields } from 'parley-client/documents';
import type { Messages } from 'parley-client/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { NewFrom } from '../log/items.ts';

/** At the end of the log, so many messages have rows. */
const mostRows = 200;
const moreRows = 50;

/** With which message the rows begin. */
type Start = 'newest' | 'oldest' | { id: string };

interface ShownOptions {
  messages: Messages;
  viewerId: string | null;
  fields: RoomFields | null;
}

/** Decides which messages have rows: the newest ones, and older ones while one reads there. */
export function useShown({ messages, viewerId, fields }: ShownOptions) {
  const { items, hasOlder, isLoading, loadOlder } = messages;
  const [start, setStart] = useState<Start>('newest');
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const first = firstOf(items, start);
  const shown = useMemo(() => items.slice(first), [items, first]);
  const latest = useRef({ items, first, hasOlder, isLoading });
  latest.current = { items, first, hasOlder, isLoading };
  const onTop = useCallback(() => {
    const now = latest.current;
    if (now.first > 0) setStart({ id: now.items[Math.max(0, now.first - moreRows)]!.id });
    else if (now.hasOlder && !now.isLoading) {
      setStart('oldest');
      void loadOlder();
    }
  }, [loadOlder]);
  const follow = useCallback((isAtEnd: boolean) => {
    const now = latest.current;
    const here = now.items[now.first];
    if (isAtEnd) setStart('newest');
    else if (here) setStart((known) => (known === 'newest' ? { id: here.id } : known));
    setLeftAt(isAtEnd ? null : newestOf(now.items));
  }, []);
  const newBelow = leftAt === null ? 0 : items.filter((item) => isNew(item, leftAt, viewerId)).length;
  const [newFrom, endNew] = useNewFrom(fields);
  return { items: shown, newBelow, newFrom, endNew, onTop, follow };
}

function firstOf(items: readonly MessageItem[], start: Start): number {
  if (start === 'oldest') return 0;
  const from = start === 'newest' ? items.length - mostRows : items.findIndex(({ id }) => id === start.id);
  return Math.max(0, from);
}

/** Where the new messages began when the room was opened, and what ends that. It does not move while one reads. */
function useNewFrom(fields: RoomFields | null): [NewFrom | null, end: () => void] {
  const [isOver, setOver] = useState(false);
  const opened = useRef<NewFrom | null>(null);
  const isOpened = useRef(false);
  if (fields && !isOpened.current) {
    isOpened.current = true;
    const { firstUnreadMessage, unreadCount } = fields.viewerMembership?.readState ?? {};
    if (firstUnreadMessage && unreadCount?.value)
      opened.current = { messageId: firstUnreadMessage.id, count: unreadCount.value, isCapped: unreadCount.isCapped };
  }
  return [isOver ? null : opened.current, () => setOver(true)];
}

function newestOf(items: readonly MessageItem[]): number {
  return items.findLast(({ sending }) => !sending)?.sequence ?? 0;
}

function isNew({ sequence, kind, author, sending }: MessageItem, after: number, viewerId: string | null): boolean {
  return sequence > after && kind === 'USER' && !sending && author?.id !== viewerId;
}
